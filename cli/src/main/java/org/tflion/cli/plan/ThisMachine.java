package org.tflion.cli.plan;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.tflion.cli.bench.CopyBandwidth;
import org.tflion.cli.bench.ProductPeak;
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

  private ThisMachine() {}

  /** Its memory alone; its speed is not measured and must not be used. */
  public static Device unmeasured() {
    return device(1, 1);
  }

  /** Measures how fast it copies and multiplies, which takes a second or two. */
  public static Device measured() {
    return device(CopyBandwidth.gigabytesPerSecond() * 1e9, ProductPeak.gflops(false) * 1e9);
  }

  private static Device device(double bytesPerSecond, double flopsPerSecond) {
    return new Device(
        NAME,
        memoryBytes(),
        bytesPerSecond,
        flopsPerSecond,
        new Device.Wires(NETWORK_BYTES_PER_SECOND, 1, NETWORK_BYTES_PER_SECOND),
        new Device.Overhead(PROCESS_BYTES, BYTES_OF_VALUE),
        "measured on this machine; network assumed to be 10 Gb/s");
  }

  /** All of its memory, or what its container may use. */
  private static double memoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
