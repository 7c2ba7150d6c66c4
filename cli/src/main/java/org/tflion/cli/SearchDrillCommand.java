package org.tflion.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tflion.Require;
import org.tflion.cli.search.Drill;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.simplify.Path;
import org.tflion.discovery.task.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion search drill}. */
@Command(
    name = "drill",
    description = {
      "Finds Lion again: simplifies the paper's raw program, and repairs a Lion whose sign is broken.",
      "",
      "It fails unless the first ends in a sign and every seed of the second is as fit as Lion.",
      ""
    })
final class SearchDrillCommand implements Callable<Integer> {

  private static final double TOLERANCE = 0.01;

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private SearchTaskOptions task;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Searches, of seeds 1 to N (default: ${DEFAULT-VALUE}).",
      defaultValue = "5")
  private int seeds;

  @Option(
      names = "--evaluations",
      paramLabel = "N",
      description = "Budget of each search (default: ${DEFAULT-VALUE}).",
      defaultValue = "3000")
  private long evaluations;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(
      String task, double lion, boolean simple, String program, List<Drill.Repair> repairs) {

    boolean passed() {
      return simple && repairs.stream().allMatch(Drill.Repair::repaired);
    }
  }

  @Override
  public Integer call() {
    Require.that(seeds > 0 && seeds <= 1000, "--seeds must be from 1 to 1000", seeds);
    Require.that(evaluations > 0, "--evaluations must be above 0", evaluations);
    Task opened = task.choice().open();
    Drill drill = new Drill(opened);
    PrintWriter out = spec.commandLine().getOut();
    Path path = drill.simplify(TOLERANCE);
    List<Drill.Repair> repairs = new ArrayList<>();
    for (long seed = 1; seed <= seeds; seed++) {
      Drill.Repair repair =
          drill.repair(seed, evaluations, Runtime.getRuntime().availableProcessors());
      repairs.add(repair);
      spec.commandLine().getErr().println(line(repair));
    }
    var program = path.last().program();
    boolean simple =
        program.statements().stream().anyMatch(s -> s.function() == Function.SIGN)
            && program.size() < Drill.raw().size() / 2;
    Result result = new Result(opened.name(), drill.goal(), simple, program.toString(), repairs);
    if (json) {
      Json.print(out, result);
    } else {
      print(out, path, result);
    }
    return result.passed() ? 0 : 1;
  }

  private static String line(Drill.Repair repair) {
    return String.format(
        Locale.ROOT,
        "seed %d: %s after %,d programs, %,d evaluations, fitness %.4f",
        repair.seed(),
        repair.repaired() ? "repaired" : "not repaired",
        repair.programs(),
        repair.evaluations(),
        repair.fitness());
  }

  private static void print(PrintWriter out, Path path, Result result) {
    out.print(path);
    out.printf(
        Locale.ROOT,
        "%s: %s; %d of %d broken Lions repaired to %.4f or better%n",
        result.task(),
        result.simple() ? "the raw program is a sign" : "the raw program did not become a sign",
        result.repairs().stream().filter(Drill.Repair::repaired).count(),
        result.repairs().size(),
        result.lion());
  }
}
