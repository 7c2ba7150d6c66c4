package org.tflion.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tflion.tpu.topology.Mfu;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/**
 * Joins to the metrics of a run what it makes and takes of this machine: {@code mfu}, of matrix
 * products and without what is computed anew for the gradient ({@link Mfu}), and {@code
 * memory_bytes}, the resident memory of this process, where the system tells it.
 */
public final class Utilization implements LoopListener {

  private static final long PID = ProcessHandle.current().pid();

  /** Memory is read so seldom that quick steps do not wait for it. */
  private static final long PERIOD_NANOS = 1_000_000_000;

  private final double flops;
  private final double peak;
  private long readAt = System.nanoTime() - PERIOD_NANOS;
  private double memory;

  /**
   * Of steps of which a peak is known.
   *
   * @param flops of the matrix products of one step
   * @param peak that the machine reaches, in FLOP/s, or 0 if that is not known
   */
  Utilization(double flops, double peak) {
    this.flops = flops;
    this.peak = peak;
  }

  /**
   * Of steps on this machine, whose peak is measured.
   *
   * @param halved whether products are of bfloat16
   */
  public static Utilization here(double flops, boolean halved) {
    return new Utilization(flops, 1e9 * ProductPeak.once(halved));
  }

  /** Of steps on other machines, of which no peak is known. */
  public static Utilization elsewhere() {
    return new Utilization(0, 0);
  }

  @Override
  public Map<String, Double> deviceMetrics(StepMetrics step) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (flops > 0 && peak > 0) {
      metrics.put("mfu", Mfu.of(flops, step.stepMs() / 1000, 1, peak));
    }
    if (ResidentMemory.isKnown()) {
      metrics.put("memory_bytes", memory());
    }
    return metrics;
  }

  private double memory() {
    if (System.nanoTime() - readAt >= PERIOD_NANOS) {
      memory = ResidentMemory.MIB * ResidentMemory.now(PID);
      readAt = System.nanoTime();
    }
    return memory;
  }
}
