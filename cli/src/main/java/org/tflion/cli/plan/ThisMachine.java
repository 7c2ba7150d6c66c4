package org.tflion.cli.plan;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.cli.bench.CopyBandwidth;
import org.tflion.train.plan.Device;

/** The machine that this runs on, as a device to plan for. */
public final class ThisMachine {

  public static final String NAME = "cpu";

  /** Measured: the largest resident size of runs of a tiny model, less what it trains. */
  private static final double PROCESS_BYTES = 480e6;

  /** Measured: what a weight or slot adds to that, of which XLA's compiler keeps the code. */
  private static final double BYTES_OF_VALUE = 1.4e6;

  /** Between machines of one cluster: 10 Gb/s Ethernet. */
  private static final double NETWORK_BYTES_PER_SECOND = 1.25e9;

  private static final int SIDE = 1024;
  private static final int ROUNDS = 7;

  private ThisMachine() {}

  /** Its memory alone; its speed is not measured and must not be used. */
  public static Device unmeasured() {
    return device(1, 1);
  }

  /** Measures how fast it copies and multiplies, which takes a second or two. */
  public static Device measured() {
    return device(CopyBandwidth.gigabytesPerSecond() * 1e9, flopsPerSecond());
  }

  private static Device device(double bytesPerSecond, double flopsPerSecond) {
    return new Device(
        NAME,
        memoryBytes(),
        bytesPerSecond,
        flopsPerSecond,
        new Device.Wires(NETWORK_BYTES_PER_SECOND, 1, NETWORK_BYTES_PER_SECOND),
        new Device.Process(PROCESS_BYTES, BYTES_OF_VALUE),
        "measured on this machine; network assumed to be 10 Gb/s");
  }

  /** All of its memory, or what its container may use. */
  private static double memoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /** Of float32 products of matrices of 1,024 rows and columns, the median of several. */
  private static double flopsPerSecond() {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      Operand<TFloat32> matrix = tf.ones(tf.constant(Shape.of(SIDE, SIDE)), TFloat32.class);
      double[] seconds = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        long began = System.nanoTime();
        tf.linalg.matMul(matrix, matrix).asTensor().close();
        seconds[round] = (System.nanoTime() - began) / 1e9;
      }
      Arrays.sort(seconds);
      return 2.0 * SIDE * SIDE * SIDE / seconds[ROUNDS / 2];
    }
  }
}
