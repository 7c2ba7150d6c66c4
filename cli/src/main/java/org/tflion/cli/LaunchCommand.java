package org.tflion.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.launch.Fleet;
import org.tflion.cli.launch.KubernetesJob;
import org.tflion.cli.launch.LocalWorkers;
import org.tflion.cli.launch.Placement;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code tflion launch}. */
@Command(
    name = "launch",
    description = {
      "Starts workers, trains over them, and ends them; one that dies is started again.",
      "",
      "  tflion launch --workers 2 train --out runs/two",
      "",
      "Signals and exit codes are those of train. No worker outlives the launch, whatever ends it.",
      "The ports of workers are open to the network while they run: see docs/sharding.md.",
      ""
    })
final class LaunchCommand implements Callable<Integer> {

  private static final String TRAIN = "train";

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Workers on this machine, or of --kubernetes.")
  private @Nullable Integer workers;

  @Mixin private SshOptions ssh;

  @Mixin private KubernetesOptions kubernetes;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of each worker; by default its share of the cores.")
  private int threads;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of workers on other machines (default: ${DEFAULT-VALUE}).",
      defaultValue = "7001")
  private int port;

  @Option(
      names = "--restarts",
      paramLabel = "N",
      description = "How often workers are started again, in all (default: ${DEFAULT-VALUE}).",
      defaultValue = "10")
  private int restarts;

  @Option(names = "--dry-run", description = "Print what would be run, and run nothing.")
  private boolean dryRun;

  @Parameters(
      arity = "1..*",
      paramLabel = "train ...",
      description = "The command train with its options, but --workers.")
  private List<String> command;

  @Override
  public Integer call() {
    Require.that(command.get(0).equals(TRAIN), "launch must end in a train command", command);
    ParseResult train = parse();
    if (train.isUsageHelpRequested()) {
      return run(command);
    }
    Require.that(
        !train.hasMatchedOption("--workers"),
        "--workers must come before train, as the number of workers to start",
        command);
    Require.that(restarts >= 0, "--restarts must be 0 or more", restarts);
    Require.that(
        !ssh.given() || !kubernetes.given(), "--ssh must come without --kubernetes", "both");
    return kubernetes.given() ? cluster(train) : machines();
  }

  /** Refuses a wrong command before anything is started. */
  private ParseResult parse() {
    List<String> arguments = command.subList(1, command.size());
    CommandLine train = Objects.requireNonNull(spec.parent().subcommands().get(TRAIN));
    return train.parseArgs(arguments.toArray(String[]::new));
  }

  private int cluster(ParseResult train) {
    ssh.checkUnused();
    Require.that(
        dryRun,
        "--kubernetes must come with --dry-run, whose output goes to kubectl apply -f -",
        "no --dry-run");
    Require.that(threads == 0, "--threads must come without --kubernetes", threads);
    Require.that(
        !train.hasMatchedOption("--resume"),
        "--resume must be left out with --kubernetes, where the run goes on by itself",
        command);
    String folder = train.matchedOptionValue("--out", Path.of("none")).toString();
    KubernetesJob job = kubernetes.job(count(), port, restarts);
    spec.commandLine().getOut().print(job.yaml(folder, over(job.addresses())));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private int machines() {
    kubernetes.checkUnused();
    List<Placement> placements = placements();
    List<String> train = over(placements.stream().map(Placement::address).toList());
    if (dryRun) {
      PrintWriter out = spec.commandLine().getOut();
      placements.forEach(each -> out.println(each.line()));
      out.println(
          new Placement("", Stream.concat(Stream.of("tflion"), train.stream()).toList()).line());
      return 0;
    }
    PrintWriter err = spec.commandLine().getErr();
    try (Fleet fleet =
        Fleet.start(placements, restarts, each -> err.println("tflion: warning: " + each))) {
      err.println(
          "%d workers: %s; their ports are open to the network while they run, unencrypted"
              .formatted(placements.size(), String.join(", ", fleet.addresses())));
      return run(train);
    }
  }

  private List<Placement> placements() {
    if (ssh.given()) {
      Require.that(workers == null, "--workers must come without --ssh", String.valueOf(workers));
      return ssh.place(port, threads);
    }
    ssh.checkUnused();
    try {
      return new LocalWorkers(count(), threads).place(Main.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int count() {
    if (workers == null) {
      throw new IllegalArgumentException(
          "launch must come with --workers N, or with --ssh and machines (got neither)");
    }
    return workers;
  }

  /** The train command over workers. */
  private List<String> over(List<String> addresses) {
    List<String> train = new ArrayList<>(command);
    train.addAll(1, List.of("--workers", String.join(",", addresses)));
    return train;
  }

  private int run(List<String> train) {
    return Main.run(
        spec.commandLine().getOut(), spec.commandLine().getErr(), train.toArray(String[]::new));
  }
}
