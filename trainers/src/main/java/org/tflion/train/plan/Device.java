package org.tflion.train.plan;

import org.tflion.Require;

/**
 * One device and how it is wired to others.
 *
 * @param name by which it is asked for
 * @param memoryBytes of memory that programs may use; above 0
 * @param bytesPerSecond read and written in that memory at most; above 0
 * @param flopsPerSecond of matrix products at most, dense, in the type that is computed in; above 0
 * @param wires to other devices
 * @param process what else takes of that memory
 * @param source of the figures
 */
public record Device(
    String name,
    double memoryBytes,
    double bytesPerSecond,
    double flopsPerSecond,
    Wires wires,
    Process process,
    String source) {

  /**
   * What a device sends to others, in one direction.
   *
   * @param near bytes per second within an island; above 0
   * @param island devices that are wired so; 1 or more
   * @param far bytes per second beyond it; above 0
   */
  public record Wires(double near, int island, double far) {

    public Wires {
      Require.positive("Wires: near", near);
      Require.that(island > 0, "Wires: island must be 1 or more", island);
      Require.positive("Wires: far", far);
    }

    /** What bounds a ring of so many devices. */
    double bytesPerSecond(int devices) {
      return devices <= island ? near : Math.min(near, far);
    }
  }

  /**
   * A process whose memory is the device's: that of a CPU. Its allocator does not give an update
   * what a pass has let go, since the holes do not fit.
   *
   * @param bytes before anything is trained: the JVM, TensorFlow's library, a graph
   * @param bytesOfValue that compiling an update takes for every weight and slot
   */
  public record Process(double bytes, double bytesOfValue) {

    /** None of the device's memory; the compiler of an accelerator reuses all that is let go. */
    public static final Process ELSEWHERE = new Process(0, 0);

    public Process {
      Require.notNegative("Process: bytes", bytes);
      Require.notNegative("Process: bytesOfValue", bytesOfValue);
    }

    boolean isElsewhere() {
      return equals(ELSEWHERE);
    }

    double bytes(long values) {
      return bytes + bytesOfValue * values;
    }
  }

  public Device {
    Require.positive("Device: memoryBytes", memoryBytes);
    Require.positive("Device: bytesPerSecond", bytesPerSecond);
    Require.positive("Device: flopsPerSecond", flopsPerSecond);
  }
}
