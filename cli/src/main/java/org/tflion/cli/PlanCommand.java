package org.tflion.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.plan.PlanCheck;
import org.tflion.cli.plan.PlanTable;
import org.tflion.cli.plan.Planned;
import org.tflion.cli.plan.ThisMachine;
import org.tflion.tpu.topology.Mesh;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.plan.Device;
import org.tflion.train.plan.Devices;
import org.tflion.train.plan.Layout;
import org.tflion.train.plan.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion plan}. */
@Command(
    name = "plan",
    description = {
      "Says what a run would take on every device, and how long, without running it.",
      "",
      "Memory is read from the graph of a step; times follow from published peaks.",
      ""
    })
final class PlanCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private ConfigOptions options;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Preset of the config; the same as --set preset=NAME.")
  private @Nullable String preset;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      split = ",",
      description = "Optimizers to compare, such as lion,lion:bfloat16,adafactor,adamw.")
  private List<String> optimizers = new ArrayList<>();

  @Option(
      names = "--mesh",
      paramLabel = "AXES",
      description = "Devices by axes data, fsdp and tensor (default: ${DEFAULT-VALUE}).",
      defaultValue = "data=1")
  private String mesh;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "cpu (this machine), a TPU such as v5p, or a GPU such as h100.",
      defaultValue = ThisMachine.NAME)
  private String device;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Rows that go through the model at once on a device; by default the config's.")
  private int rows;

  @Option(
      names = "--utilization",
      paramLabel = "SHARE",
      description = "Share of the peak that matrix products reach (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.5")
  private double utilization;

  @Option(
      names = "--wire-bytes",
      paramLabel = "N",
      description = "Bytes of a number between devices, 2 or 4 (default: ${DEFAULT-VALUE}).",
      defaultValue = "4")
  private int wireBytes;

  @Option(
      names = "--price-per-device-hour",
      paramLabel = "PRICE",
      description = "Adds the cost of a million tokens.")
  private @Nullable Double price;

  @Option(
      names = "--check",
      description = {
        "Train models of 11, 42 and 110 million parameters, each in a process of its own, and",
        "compare the memory that they take with the plan; a minute for each optimizer."
      })
  private boolean check;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    if (check) {
      return check();
    }
    Layout layout = Layout.of(Mesh.parse(mesh));
    Device on = device();
    List<PlanTable.Row> table = new ArrayList<>();
    TrainConfig config = null;
    for (String choice : optimizers.isEmpty() ? List.of("") : optimizers) {
      config = options.read(overrides(choice));
      String name = choice.isEmpty() ? config.optimizer().name() : choice;
      table.add(PlanTable.Row.of(name, on, plan(config, layout, on)));
    }
    PlanTable result = PlanTable.of(Objects.requireNonNull(config), layout, on, table);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, result);
    } else {
      result.print(out);
    }
    return 0;
  }

  /** What {@code --check --json} prints. */
  record Checked(double tolerance, boolean holds, List<PlanCheck.Result> results) {}

  private int check() {
    PrintWriter out = spec.commandLine().getOut();
    List<String> names = optimizers.isEmpty() ? List.of("lion") : optimizers;
    if (!json) {
      out.println("optimizer        parameters  planned GB  measured GB  ratio  s/step");
    }
    List<PlanCheck.Result> results = PlanCheck.run(names, json ? result -> {} : this::print);
    boolean holds = results.stream().allMatch(PlanCheck.Result::holds);
    if (json) {
      Json.print(out, new Checked(PlanCheck.TOLERANCE, holds, results));
    }
    return holds ? 0 : 1;
  }

  private void print(PlanCheck.Result result) {
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%-14s %,12d  %10.3f  %11.3f  %5.3f  %6.2f%n",
            result.optimizer(),
            result.parameters(),
            result.plannedBytes() / 1e9,
            result.measuredBytes() / 1e9,
            result.ratio(),
            result.stepSeconds());
  }

  private List<String> overrides(String choice) {
    List<String> overrides = new ArrayList<>();
    if (preset != null) {
      overrides.add("preset=" + preset);
    }
    if (!choice.isEmpty()) {
      overrides.addAll(Planned.overrides(choice));
    }
    return overrides;
  }

  private Plan plan(TrainConfig config, Layout layout, Device on) {
    int own = Math.max(1, config.train().rows() / layout.batchParts());
    Plan.Assumptions assumptions =
        new Plan.Assumptions(
            rows == 0 ? own : rows,
            utilization,
            wireBytes,
            price == null ? OptionalDouble.empty() : OptionalDouble.of(price));
    return Plan.of(Planned.of(config), layout, on, assumptions);
  }

  private Device device() {
    if (device.equals(ThisMachine.NAME)) {
      return ThisMachine.measured();
    }
    List<String> names = new ArrayList<>(List.of(ThisMachine.NAME));
    Devices.all().forEach(each -> names.add(each.name()));
    Require.that(names.contains(device), "--device must be one of " + names, device);
    return Devices.named(device).orElseThrow();
  }
}
