package org.tflion.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.cli.search.ProgramFile;
import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.task.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tflion search run}. */
@Command(name = "run", description = "Trains with one program and prints how fit it is.")
final class SearchRunCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private SearchTaskOptions task;
  @Mixin private TrainingsOption trainings;

  @Parameters(paramLabel = "PROGRAM", description = "A file, or the name of one of the paper's.")
  private String program;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /** What {@code --json} prints; a fitness is missing where the program does not train. */
  record Result(
      String task,
      int statements,
      int live,
      int liveAcrossSteps,
      @Nullable Double fitness,
      @Nullable Double heldOut,
      double milliseconds) {}

  @Override
  public Integer call() {
    Program read = ProgramFile.read(program);
    Analysis analysis = Analysis.of(read);
    Task opened = trainings.over(task.choice().open());
    long began = System.nanoTime();
    Double fitness = SearchNumbers.finite(opened.fitness(read));
    double milliseconds = (System.nanoTime() - began) / 1e6;
    Result result =
        new Result(
            opened.name(),
            read.size(),
            analysis.live().cardinality(),
            analysis.liveAcrossCalls().cardinality(),
            fitness,
            SearchNumbers.finite(opened.heldOut(read)),
            milliseconds);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, result);
    } else {
      out.printf(
          Locale.ROOT,
          "%s: fitness %s, held out %s, in %.0f ms; %d statements, %d live, %d across steps%n",
          result.task(),
          SearchNumbers.text(result.fitness()),
          SearchNumbers.text(result.heldOut()),
          milliseconds,
          result.statements(),
          result.live(),
          result.liveAcrossSteps());
    }
    return 0;
  }
}
