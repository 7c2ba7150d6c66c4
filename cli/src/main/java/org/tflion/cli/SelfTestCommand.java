package org.tflion.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tflion.Require;
import org.tflion.cli.selftest.Outcome;
import org.tflion.cli.selftest.Reliability;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tflion selftest}. */
@Command(
    name = "selftest",
    description = "Tests tflion on this machine.",
    subcommands = SelfTestCommand.ReliabilityCommand.class)
final class SelfTestCommand implements Runnable {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** {@code tflion selftest reliability}. */
  @Command(
      name = "reliability",
      description = {
        "Kills, stops and damages small runs, and checks that nothing is lost but what may be.",
        "",
        "It works in a temporary folder and takes less than five minutes."
      })
  static final class ReliabilityCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin HelpOption help;

    @Option(
        names = "--kills",
        paramLabel = "N",
        description = "Kills of each of two kinds; by default ${DEFAULT-VALUE}.")
    private int kills = 25;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of the times of the kills.")
    private long seed = 1;

    @Option(names = "--json", description = "Print the outcomes as one JSON object.")
    private boolean json;

    /** What {@code --json} prints. */
    record Result(boolean good, double seconds, List<Outcome> drills) {}

    @Override
    public Integer call() {
      Require.that(kills > 0, "--kills must be 1 or more", kills);
      PrintWriter out = spec.commandLine().getOut();
      List<Outcome> outcomes = new ArrayList<>();
      long began = System.nanoTime();
      if (!json) {
        out.printf("%-48s %8s %9s %5s%n", "drill", "tries", "survived", "lost");
      }
      run(
          outcome -> {
            outcomes.add(outcome);
            if (!json) {
              print(out, outcome);
            }
          });
      double seconds = (System.nanoTime() - began) / 1e9;
      boolean good = outcomes.stream().allMatch(Outcome::good);
      if (json) {
        Json.print(out, new Result(good, seconds, outcomes));
      } else {
        out.printf(Locale.ROOT, "%s, %.0f s%n", good ? "all survived" : "FAILED", seconds);
      }
      return good ? 0 : 1;
    }

    private static void print(PrintWriter out, Outcome outcome) {
      out.printf(
          "%-48s %8d %9d %5d%s%n",
          outcome.drill(),
          outcome.tries(),
          outcome.survived(),
          outcome.lost(),
          outcome.good() ? "" : "  FAILED");
    }

    private void run(Consumer<Outcome> done) {
      try {
        Path folder = Files.createTempDirectory("tflion-selftest-");
        try {
          new Reliability(folder, kills, seed, Main.class).run(done);
        } finally {
          delete(folder);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }

    private static void delete(Path folder) throws IOException {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
