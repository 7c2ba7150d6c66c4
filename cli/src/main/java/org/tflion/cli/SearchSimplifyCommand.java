package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.cli.search.CountedTask;
import org.tflion.cli.search.ProgramFile;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.simplify.Simplifier;
import org.tflion.discovery.simplify.Step;
import org.tflion.discovery.task.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tflion search simplify}. */
@Command(
    name = "simplify",
    description = "Makes a program simple, each step measured, and prints the path.")
final class SearchSimplifyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private SearchTaskOptions task;
  @Mixin private TrainingsOption trainings;

  @Parameters(paramLabel = "PROGRAM", description = "A file, or the name of one of the paper's.")
  private String program;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      description =
          "How much less fit than the fittest so far a step may be, in nats (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "0.01")
  private double tolerance;

  @Option(names = "--out", paramLabel = "FILE", description = "Where the simple program goes.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print the path as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(String task, double tolerance, List<Line> steps) {}

  /** One program of the path. */
  record Line(String change, int statements, double fitness, String program) {

    static Line of(Step step) {
      return new Line(
          step.change(), step.program().size(), step.fitness(), step.program().toString());
    }
  }

  @Override
  public Integer call() {
    Program read = ProgramFile.read(program);
    OutFile file = out == null ? null : new OutFile(out);
    PrintWriter err = spec.commandLine().getErr();
    Task opened = trainings.over(task.choice().open());
    Task counted =
        new CountedTask(opened, count -> err.println("simplify: " + count + " evaluations"));
    var path = new Simplifier(counted, tolerance).simplify(read);
    if (file != null) {
      file.write(path.last().program().toString());
    }
    PrintWriter output = spec.commandLine().getOut();
    if (json) {
      List<Line> lines = path.steps().stream().map(Line::of).toList();
      Json.print(output, new Result(opened.name(), tolerance, lines));
    } else {
      output.print(path);
      output.flush();
    }
    return 0;
  }
}
