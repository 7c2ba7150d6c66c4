package org.tflion.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.plan.PlanCheck;
import org.tflion.cli.plan.PlanTable;
import org.tflion.cli.plan.Planned;
import org.tflion.cli.plan.ScaleTable;
import org.tflion.cli.plan.ThisMachine;
import org.tflion.tpu.topology.Mesh;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.plan.Device;
import org.tflion.train.plan.Devices;
import org.tflion.train.plan.Layout;
import org.tflion.train.plan.Plan;
import org.tflion.train.plan.Spread;
import org.tflion.train.plan.Workload;
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

  private static final double MICROSECONDS = 1e6;

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private ComparedOptions compared;

  @Option(
      names = "--mesh",
      paramLabel = "AXES",
      description = "Devices by axes data, fsdp and tensor; by default one.")
  private @Nullable String mesh;

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
      names = "--hop-microseconds",
      paramLabel = "US",
      description = "From one device of a ring to the next (assumed: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private double hop;

  @Option(
      names = "--price-per-device-hour",
      paramLabel = "PRICE",
      description = "Adds the cost of a million tokens.")
  private @Nullable Double price;

  @Option(
      names = "--scale",
      paramLabel = "N",
      split = ",",
      description = {
        "Plan for so many devices, such as 8,64,512,4096, each with --rows rows of its own (1 if not",
        "given): so many copies of --mesh along data, or all along fsdp without it."
      })
  private List<Integer> scale = new ArrayList<>();

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
    Device on = device();
    if (!scale.isEmpty()) {
      return scale(on);
    }
    Layout layout = mesh();
    List<ComparedOptions.Choice> choices = compared.choices(List.of());
    List<Plan> plans = plans(choices, layout, on);
    List<PlanTable.Row> rows = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      rows.add(PlanTable.Row.of(choices.get(i).name(), on, plans.get(i)));
    }
    PlanTable result = PlanTable.of(choices.get(0).config(), layout, on, rows);
    print(result, () -> result.print(spec.commandLine().getOut()));
    return 0;
  }

  private void print(Object result, Runnable forPeople) {
    if (json) {
      Json.print(spec.commandLine().getOut(), result);
    } else {
      forPeople.run();
    }
  }

  private Layout mesh() {
    return mesh == null ? Layout.ONE : Layout.of(Mesh.parse(mesh));
  }

  private int scale(Device on) {
    List<ScaleTable.Row> table = new ArrayList<>();
    Map<String, Double> first = new HashMap<>();
    int own = Math.max(1, rows);
    for (int devices : scale) {
      Layout layout = scaled(devices);
      List<ComparedOptions.Choice> choices =
          compared.choices(
              List.of("train.batch=" + own * layout.batchParts(), "train.micro_batch=0"));
      List<Plan> plans = plans(choices, layout, on);
      for (int i = 0; i < plans.size(); i++) {
        String name = choices.get(i).name();
        ScaleTable.Row row =
            ScaleTable.Row.of(name, layout, plans.get(i), first.getOrDefault(name, 0.0));
        first.putIfAbsent(name, row.own());
        table.add(row);
      }
    }
    TrainConfig config = compared.choices(List.of()).get(0).config();
    long parameters = Planned.of(config).model().size();
    ScaleTable result =
        new ScaleTable(config.preset(), parameters, on.name(), on.source(), own, table);
    print(result, () -> result.print(spec.commandLine().getOut()));
    return 0;
  }

  private Layout scaled(int devices) {
    Require.that(devices > 0, "--scale must each be 1 or more", devices);
    if (mesh == null) {
      return new Layout(1, devices, 1);
    }
    Layout one = mesh();
    Require.that(
        devices % one.devices() == 0,
        "--scale must each be a multiple of the %d devices of --mesh".formatted(one.devices()),
        devices);
    return new Layout(one.data() * (devices / one.devices()), one.fsdp(), one.tensor());
  }

  /** What {@code --check --json} prints. */
  record Checked(double tolerance, boolean holds, List<PlanCheck.Result> results) {}

  private int check() {
    PrintWriter out = spec.commandLine().getOut();
    List<String> names = compared.optimizers().isEmpty() ? List.of("lion") : compared.optimizers();
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

  private List<Plan> plans(List<ComparedOptions.Choice> choices, Layout layout, Device on) {
    List<Plan> plans = new ArrayList<>();
    Spread spread = null;
    for (ComparedOptions.Choice choice : choices) {
      Workload work = Planned.of(choice.config());
      spread = spread == null ? new Spread(work, layout) : spread.under(work);
      int own = Math.max(1, choice.config().train().rows() / layout.batchParts());
      Plan.Assumptions assumptions =
          new Plan.Assumptions(
              rows == 0 ? own : rows,
              utilization,
              wireBytes,
              hop / MICROSECONDS,
              price == null ? OptionalDouble.empty() : OptionalDouble.of(price));
      plans.add(Plan.of(spread, on, assumptions));
    }
    return plans;
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
