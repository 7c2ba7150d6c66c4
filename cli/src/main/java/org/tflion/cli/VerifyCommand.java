package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.verify.Outcome;
import org.tflion.cli.verify.VectorsFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion verify}. */
@Command(
    name = "verify",
    description = "Runs every optimizer, schedule and clip over a file of reference vectors.")
final class VerifyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Option(
      names = "--vectors",
      paramLabel = "FILE",
      required = true,
      description = "JSON with an array 'cases' of name, hyper, inputs and steps.")
  private Path file;

  @Option(names = "--case", paramLabel = "NAME", description = "Only this case.")
  private @Nullable String only;

  @Option(names = "--json", description = "Print the outcomes as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(long passed, long failed, long unknown, List<Outcome> outcomes) {

    static Result of(List<Outcome> outcomes) {
      return new Result(
          count(outcomes, Outcome.Status.PASSED),
          count(outcomes, Outcome.Status.FAILED),
          count(outcomes, Outcome.Status.UNKNOWN),
          outcomes);
    }

    private static long count(List<Outcome> outcomes, Outcome.Status status) {
      return outcomes.stream().filter(outcome -> outcome.status() == status).count();
    }
  }

  @Override
  public Integer call() {
    VectorsFile vectors = new VectorsFile(file);
    List<String> names = vectors.names().stream().distinct().toList();
    if (only != null) {
      Require.that(names.contains(only), "--case must be one of " + names, only);
      names = List.of(only);
    }
    PrintWriter out = spec.commandLine().getOut();
    List<Outcome> outcomes = new ArrayList<>();
    for (String name : names) {
      List<Outcome> found = vectors.check(name);
      outcomes.addAll(found);
      if (!json) {
        found.forEach(out::println);
      }
    }
    Result result = Result.of(outcomes);
    if (json) {
      Json.print(out, result);
    } else {
      out.printf(
          "%d passed, %d failed, %d unknown%n", result.passed(), result.failed(), result.unknown());
    }
    return result.failed() == 0 ? 0 : 1;
  }
}
