package org.tflion.cli.plan;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.tflion.train.plan.Layout;
import org.tflion.train.plan.Plan;

/**
 * What {@code tflion plan --scale} prints: a line for each number of devices, each with the same
 * rows of its own.
 *
 * @param preset of the config
 * @param parameters of the model
 * @param device that there are so many of
 * @param source of its figures
 * @param rows of each device in one pass
 * @param scale one entry for each number of devices and optimizer
 */
public record ScaleTable(
    String preset, long parameters, String device, String source, int rows, List<Row> scale) {

  private static final double GB = 1e9;
  private static final double PERCENT = 100;

  /**
   * So many devices.
   *
   * @param mesh how they share the work
   * @param tokens of one update, on all devices together
   * @param communicationSeconds of a pass, which its arithmetic hides as far as it is longer
   * @param reductionSeconds of gradients between copies of the model, which nothing hides
   * @param efficiency tokens per second and device, as a share of the first entry of the optimizer
   */
  public record Row(
      int devices,
      Layout mesh,
      String optimizer,
      long peakBytes,
      boolean fits,
      long tokens,
      double stepSeconds,
      double computeSeconds,
      double communicationSeconds,
      double reductionSeconds,
      double updateSeconds,
      double tokensPerSecond,
      double efficiency) {

    /**
     * The row of a plan.
     *
     * @param first tokens per second and device of the first; 0 if this is it
     */
    public static Row of(String optimizer, Layout mesh, Plan plan, double first) {
      double own = plan.speed().tokensPerSecond() / plan.devices();
      return new Row(
          plan.devices(),
          mesh,
          optimizer,
          Math.round(plan.memory().peak()),
          plan.fits(),
          Math.round(plan.speed().tokensPerSecond() * plan.speed().step()),
          plan.speed().step(),
          plan.speed().compute(),
          plan.speed().communication(),
          plan.speed().reduction(),
          plan.speed().update(),
          plan.speed().tokensPerSecond(),
          first == 0 ? 1 : own / first);
    }

    /** Tokens per second of one device. */
    public double own() {
      return tokensPerSecond / devices;
    }
  }

  /** Prints it for people. */
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: %,d parameters on %s (%s), %d rows at once on each device%n",
        preset,
        parameters,
        device,
        source,
        rows);
    out.println(
        "devices  data  fsdp  tensor  optimizer       peak GB  fits  tokens/step   s/step"
            + "  compute  gather  reduce  update    tokens/s  efficiency");
    for (Row row : scale) {
      out.printf(
          Locale.ROOT,
          "%7d  %4d  %4d  %6d  %-14s  %7.1f  %4s  %,11d  %7.3g  %7.3g  %6.3g  %6.3g  %6.2g"
              + "  %,10.0f  %9.0f%%%n",
          row.devices(),
          row.mesh().data(),
          row.mesh().fsdp(),
          row.mesh().tensor(),
          row.optimizer(),
          row.peakBytes() / GB,
          row.fits() ? "yes" : "no",
          row.tokens(),
          row.stepSeconds(),
          row.computeSeconds(),
          row.communicationSeconds(),
          row.reductionSeconds(),
          row.updateSeconds(),
          row.tokensPerSecond(),
          PERCENT * row.efficiency());
    }
  }
}
