package org.tflion.cli.plan;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.plan.Device;
import org.tflion.train.plan.Layout;
import org.tflion.train.plan.Memory;
import org.tflion.train.plan.Plan;
import org.tflion.train.plan.Speed;

/**
 * What {@code tflion plan} prints: a line for each optimizer.
 *
 * @param preset of the config
 * @param parameters of the model
 * @param mesh devices by axes
 * @param source of the device's figures
 * @param devices one entry for each optimizer, each for every device of the mesh
 */
public record PlanTable(
    String preset, long parameters, Layout mesh, String source, List<Row> devices) {

  private static final double GB = 1e9;

  /** What one optimizer takes on every device. */
  public record Row(
      String optimizer,
      String device,
      long memoryBytes,
      long weightsBytes,
      long gradientsBytes,
      long slotsBytes,
      long gatheredBytes,
      long activationsBytes,
      long updateBytes,
      long peakBytes,
      boolean fits,
      int rows,
      int parts,
      int largestRows,
      double stepSeconds,
      double computeSeconds,
      double communicationSeconds,
      double updateSeconds,
      double tokensPerSecond,
      @Nullable Double costPerMillionTokens) {

    /** The row of a plan. */
    public static Row of(String optimizer, Device device, Plan plan) {
      Memory memory = plan.memory();
      Speed speed = plan.speed();
      return new Row(
          optimizer,
          device.name(),
          Math.round(device.memoryBytes()),
          Math.round(memory.weights()),
          Math.round(memory.gradients()),
          Math.round(memory.slots()),
          Math.round(memory.gathered()),
          Math.round(memory.activations()),
          Math.round(memory.update()),
          Math.round(memory.peak()),
          plan.fits(),
          plan.rows(),
          plan.parts(),
          plan.largestRows(),
          speed.step(),
          speed.compute(),
          speed.communication() + speed.reduction(),
          speed.update(),
          speed.tokensPerSecond(),
          plan.costPerMillionTokens());
    }
  }

  /** A table of rows. */
  public static PlanTable of(TrainConfig config, Layout mesh, Device device, List<Row> rows) {
    return new PlanTable(
        config.preset(), Planned.of(config).model().size(), mesh, device.source(), rows);
  }

  /** Prints it for people. */
  public void print(PrintWriter out) {
    Row first = devices.get(0);
    out.printf(
        Locale.ROOT,
        "%s: %,d parameters on %d x %s (%.1f GB each; %s)%n",
        preset,
        parameters,
        mesh.devices(),
        first.device(),
        first.memoryBytes() / GB,
        source);
    out.printf(
        Locale.ROOT,
        "%d rows at once, %d passes an update, on each device; GB%n",
        first.rows(),
        first.parts());
    out.println(
        "optimizer      weights  gradients  slots  activations   peak  fits  largest rows"
            + "  s/step  tokens/s"
            + (first.costPerMillionTokens() == null ? "" : "  cost/M tokens"));
    for (Row row : devices) {
      out.printf(
          Locale.ROOT,
          "%-14s %7.2f  %9.2f  %5.2f  %11.2f  %5.1f  %4s  %12d  %6.3g  %,8.0f%s%n",
          row.optimizer(),
          row.weightsBytes() / GB,
          row.gradientsBytes() / GB,
          row.slotsBytes() / GB,
          row.activationsBytes() / GB,
          row.peakBytes() / GB,
          row.fits() ? "yes" : "no",
          row.largestRows(),
          row.stepSeconds(),
          row.tokensPerSecond(),
          row.costPerMillionTokens() == null
              ? ""
              : String.format(Locale.ROOT, "  %13.4g", row.costPerMillionTokens()));
    }
  }
}
