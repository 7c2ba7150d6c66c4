package org.tflion.cli.tpu;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tflion.train.plan.Workload;

/**
 * Steps of one model by several optimizers, a line for each.
 *
 * @param preset of the config
 * @param work of the first optimizer
 */
public record CompiledTable(Target target, String preset, Workload work, List<CompiledStep> steps) {

  private static final double GB = 1e9;

  /** What {@code --json} prints of several optimizers. */
  public record Result(
      String preset,
      long parameters,
      int rows,
      int passes,
      String topology,
      String mesh,
      long hbmBytes,
      List<CompiledStep> results) {}

  /** The table for programs. */
  public Result result() {
    return new Result(
        preset,
        work.model().size(),
        work.batch().rows(),
        work.step().parts(),
        target.slice().topologyName(),
        target.mesh().mesh().toString(),
        target.hbmBytes(),
        steps);
  }

  /** Prints it for people. */
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: %,d parameters, %d rows a step in %d passes, on %s (%s): %d devices of %.1f GB%n",
        preset,
        work.model().size(),
        work.batch().rows(),
        work.step().parts(),
        target.slice(),
        target.mesh().mesh(),
        target.slice().devices(),
        target.hbmBytes() / GB);
    out.println("of each device, by the compiler; ms and MFU at best, without the wires");
    out.println(
        "optimizer       peak GB  fits  arguments GB   TFLOP  GB moved  ms/step   MFU"
            + "  lower s  compile s");
    for (CompiledStep step : steps) {
      out.printf(
          Locale.ROOT,
          "%-14s  %7s  %4s  %12s  %6s  %8s  %7s  %4s  %7s  %9s%n",
          step.optimizer(),
          shown("%.3g", step.peakBytes(), GB),
          step.fits() ? "yes" : "no",
          shown("%.3g", step.argumentBytes(), GB),
          shown("%.3g", step.flops(), 1e12),
          shown("%.3g", step.bytesAccessed(), GB),
          shown("%.3g", step.stepMs(), 1),
          shown("%.2f", step.mfu(), 1),
          shown("%.1f", step.lowerMs(), 1e3),
          shown("%.1f", step.compileMs(), 1e3));
    }
    steps.forEach(step -> printExchanges(out, step));
  }

  private static void printExchanges(PrintWriter out, CompiledStep step) {
    if (step.refusal() != null) {
      out.println(step.optimizer() + ": " + step.refusal());
      out.println(
          step.optimizer() + ": give it fewer rows at once by train.micro_batch, or more devices");
    }
    if (step.collectives() == null) {
      return;
    }
    for (CompiledStep.Exchange exchange : step.collectives()) {
      out.printf(
          Locale.ROOT,
          "%s: %d x %s, %.3g GB%n",
          step.optimizer(),
          exchange.count(),
          exchange.kind(),
          exchange.bytes() / GB);
    }
  }

  private static String shown(String format, @Nullable Number number, double unit) {
    return number == null ? "-" : String.format(Locale.ROOT, format, number.doubleValue() / unit);
  }
}
