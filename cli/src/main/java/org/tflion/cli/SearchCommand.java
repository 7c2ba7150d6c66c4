package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.search.ProgramFile;
import org.tflion.cli.search.SearchFolder;
import org.tflion.cli.search.SearchLimit;
import org.tflion.cli.search.SearchRun;
import org.tflion.cli.search.SearchSettings;
import org.tflion.discovery.search.Candidate;
import org.tflion.discovery.search.SearchProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion search}. */
@Command(
    name = "search",
    description = {
      "Searches for optimizers, as programs that evolve from AdamW.",
      "",
      "Without arguments: two minutes on digits that it draws itself.",
      ""
    },
    subcommands = {
      SearchReportCommand.class,
      SearchSimplifyCommand.class,
      SearchRunCommand.class,
      SearchDrillCommand.class,
      SearchCompareCommand.class
    })
final class SearchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private SearchTaskOptions task;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Stop after N minutes of work, those before a --resume included (default: 2).")
  private @Nullable Double minutes;

  @Option(
      names = "--evaluations",
      paramLabel = "N",
      description = "Stop after N evaluations in all; unlike minutes, this is reproducible.")
  private @Nullable Long evaluations;

  @Option(names = "--seed", paramLabel = "S", description = "Of every random draw (default: 0).")
  private @Nullable Long seed;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "That measure fitness (default: one for each core); they change no result.")
  private @Nullable Integer threads;

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description =
          "evolution (default), or one of its baselines: tuning of the first program's constants,"
              + " random mutations of it.")
  private SearchSettings.@Nullable Kind strategy;

  @Option(
      names = "--first",
      paramLabel = "PROGRAM",
      description =
          "File to start from, or a program of the paper: adamw (default), lion, discovered,"
              + " regularised, adagrad, adabelief, raw.")
  private @Nullable String first;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the search; by default the first free runs/search-TASK-N.")
  private @Nullable Path out;

  @Option(names = "--resume", description = "Go on with the search in --out.")
  private boolean resume;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    Require.that(workers > 0 && workers <= 1024, "--threads must be from 1 to 1024", workers);
    SearchLimit limit = SearchLimit.of(minutes, evaluations);
    SearchFolder folder = new SearchFolder(out == null ? firstFree() : out);
    SearchSettings settings = resume ? resumed(folder) : started(folder);
    PrintWriter err = spec.commandLine().getErr();
    SearchRun run = new SearchRun(folder, settings);
    err.println(run.task().name() + ", " + settings.strategy() + ", folder " + folder.path());
    SearchProgress end;
    try (StopSignal signal = new StopSignal(err)) {
      try (SearchDisplay display = new SearchDisplay(err, signal, run, limit)) {
        end = run.run(limit, workers, display);
      }
      if (signal.isWanted()) {
        err.printf(
            Locale.ROOT,
            "stopped after %,d programs; go on with --resume --out %s%n",
            end.programs(),
            folder.path());
        return StopSignal.EXIT_CODE;
      }
    }
    report(folder, settings, run, end);
    return 0;
  }

  private Path firstFree() {
    if (resume) {
      throw new IllegalArgumentException(
          "--resume must come with --out, the folder of the search to go on with (got none)");
    }
    String name = task.choice().kind().name().toLowerCase(Locale.ROOT);
    for (int i = 1; ; i++) {
      Path folder = Path.of("runs", "search-" + name + "-" + i);
      if (!Files.exists(folder)) {
        return folder;
      }
    }
  }

  private SearchSettings started(SearchFolder folder) {
    SearchSettings settings =
        SearchSettings.of(
            task.choice(),
            strategy == null ? SearchSettings.Kind.EVOLUTION : strategy,
            seed == null ? 0 : seed,
            ProgramFile.read(first == null ? "adamw" : first));
    folder.create(settings);
    return settings;
  }

  /** The settings of the folder, which those of the command line must not contradict. */
  private SearchSettings resumed(SearchFolder folder) {
    SearchSettings stored = folder.settings();
    SearchSettings wanted =
        SearchSettings.of(
            task.over(stored.choice()),
            strategy == null ? stored.kind() : strategy,
            seed == null ? stored.seed() : seed,
            first == null ? stored.firstProgram() : ProgramFile.read(first));
    stored.requireSame(wanted);
    return wanted;
  }

  private void report(
      SearchFolder folder, SearchSettings settings, SearchRun run, SearchProgress end) {
    Candidate best = end.best();
    double seconds = run.seconds();
    Result result =
        new Result(
            folder.path().toString(),
            run.task().name(),
            settings.strategy(),
            settings.seed(),
            end.programs(),
            end.evaluations(),
            seconds,
            end.programs() / seconds,
            end.cacheHitRate(),
            end.redundantShare(),
            SearchNumbers.finite(best.fitness()),
            SearchNumbers.finite(run.task().heldOut(best.program())),
            SearchNumbers.finite(end.first().fitness()),
            SearchNumbers.finite(run.task().heldOut(end.first().program())),
            best.program().toString());
    PrintWriter output = spec.commandLine().getOut();
    if (json) {
      Json.print(output, result);
    } else {
      result.print(output);
    }
  }

  /** What {@code --json} prints; a fitness is missing where the program does not train. */
  record Result(
      String run,
      String task,
      String strategy,
      long seed,
      long programs,
      long evaluations,
      double seconds,
      double programsPerSecond,
      double cacheHitRate,
      double redundantShare,
      @Nullable Double bestFitness,
      @Nullable Double bestHeldOut,
      @Nullable Double baselineFitness,
      @Nullable Double baselineHeldOut,
      String bestProgram) {

    void print(PrintWriter out) {
      out.println(bestProgram);
      out.printf(
          Locale.ROOT,
          "%,d programs, %,d evaluations, %.0f s, %,.0f programs/s%n",
          programs,
          evaluations,
          seconds,
          programsPerSecond);
      out.printf(
          Locale.ROOT,
          "cache hit rate %.1f %%, redundant statements %.1f %%%n",
          100 * cacheHitRate,
          100 * redundantShare);
      out.printf(
          "fitness %s (held out %s), first program %s (held out %s)%n",
          SearchNumbers.text(bestFitness),
          SearchNumbers.text(bestHeldOut),
          SearchNumbers.text(baselineFitness),
          SearchNumbers.text(baselineHeldOut));
      out.println("in " + run);
    }
  }
}
