package org.tflion.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/**
 * Joins to the metrics of a run what it makes and takes of this machine: {@code mfu}, and {@code
 * memory_bytes}, the resident memory of this process, where the system tells it.
 *
 * <p>{@code mfu = flops of a step / (seconds of a step * peak)}, the model FLOPs utilization: of
 * matrix products, without what is computed anew for the gradient.
 *
 * @param flops of the matrix products of one step
 * @param peak that the machine reaches, in FLOP/s, or 0 if that is not known
 */
public record Utilization(double flops, double peak) implements LoopListener {

  private static final long PID = ProcessHandle.current().pid();
  private static final double MIB = 1 << 20;

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
    if (peak > 0) {
      metrics.put("mfu", 1000 * flops / step.stepMs() / peak);
    }
    if (ResidentMemory.isKnown()) {
      metrics.put("memory_bytes", MIB * ResidentMemory.now(PID));
    }
    return metrics;
  }
}
