package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.plan.Planned;
import org.tflion.cli.tpu.CompiledStep;
import org.tflion.cli.tpu.CompiledTable;
import org.tflion.cli.tpu.RowsAtOnce;
import org.tflion.cli.tpu.StepCompilation;
import org.tflion.cli.tpu.Target;
import org.tflion.tpu.compile.Compiler;
import org.tflion.tpu.compile.Effort;
import org.tflion.train.plan.Workload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion tpu compile}. */
@Command(
    name = "compile",
    description = {
      "Compiles a whole training step for a TPU slice, without a TPU, and says what it needs.",
      "",
      "Needs Java 22 or newer and a plugin, such as the libtpu.so of the Python wheel libtpu.",
      "Figures are the compiler's own, of each device; none was measured on hardware.",
      "",
      "Where train.micro_batch is not set and the rows of a batch do not fit at once, they go",
      "through in as few passes as the planner finds room for.",
      ""
    })
final class TpuCompileCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private ComparedOptions compared;

  @Option(
      names = "--topology",
      paramLabel = "NAME",
      required = true,
      description = "The slice: a topology such as v5p:2x2x2, or an accelerator type.")
  private String topology;

  @Option(
      names = "--mesh",
      paramLabel = "AXES",
      required = true,
      description = "All of its devices by axes data, fsdp and tensor, such as data=2,fsdp=4.")
  private String mesh;

  @Option(
      names = "--plugin",
      paramLabel = "FILE",
      defaultValue = "${env:TPU_LIBRARY_PATH}",
      required = true,
      description = "PJRT plugin that compiles for it (default: what TPU_LIBRARY_PATH names).")
  private Path plugin;

  @Option(
      names = "--effort",
      paramLabel = "EFFORT",
      description = {
        "quick: just enough to know what a step needs; full: as for a program that will run, which"
            + " takes several times as long (default: ${DEFAULT-VALUE})."
      },
      defaultValue = "quick")
  private Effort effort;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the compiled step goes, for programs that load it.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Require.that(
        out == null || compared.optimizers().size() < 2,
        "--out must come with one optimizer",
        compared.optimizers().size());
    Target target = Target.of(topology, mesh, plugin);
    List<ComparedOptions.Choice> choices = choices(target);
    List<StepCompilation.Job> jobs =
        choices.stream()
            .map(each -> new StepCompilation.Job(each.name(), Planned.of(each.config())))
            .toList();
    StepCompilation compilation = new StepCompilation(target, Compiler.find(plugin), effort, out);
    List<CompiledStep> steps;
    try (TaskProgress progress =
        new TaskProgress(spec.commandLine().getErr(), "tpu compile", jobs.size())) {
      steps = compilation.compile(jobs, progress::to);
    }
    String preset = choices.get(0).config().preset();
    print(new CompiledTable(target, preset, jobs.get(0).work(), steps));
    return 0;
  }

  /** What was asked for, in as many passes as the planner finds room for if nobody said. */
  private List<ComparedOptions.Choice> choices(Target target) {
    List<ComparedOptions.Choice> choices = compared.choices(List.of());
    List<Workload> works = choices.stream().map(each -> Planned.of(each.config())).toList();
    works.forEach(target::check);
    OptionalInt rows = RowsAtOnce.of(works, target);
    return rows.isEmpty()
        ? choices
        : compared.choices(List.of("train.micro_batch=" + rows.getAsInt()));
  }

  private void print(CompiledTable table) {
    PrintWriter output = spec.commandLine().getOut();
    if (!json) {
      table.print(output);
    } else if (table.steps().size() == 1) {
      Json.print(output, table.steps().get(0));
    } else {
      Json.print(output, table.result());
    }
  }
}
