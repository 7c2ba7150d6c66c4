package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.cli.process.ChildJvm;
import tools.jackson.databind.ObjectMapper;

/** Launches of small runs, whose workers are processes of their own. */
class LaunchTest {

  private static final long SECONDS = 60;

  @TempDir private Path folder;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(folder.resolve("text.txt"), "pack my box ".repeat(500));
  }

  private List<String> train(Path run, int steps, String... more) {
    List<String> command = new ArrayList<>(List.of("train", "--out", run.toString()));
    Stream.of(
            "data.path=" + text,
            "model.layers=1",
            "model.heads=2",
            "model.width=16",
            "model.context=8",
            "optimizer.jit=off",
            "train.steps=" + steps,
            "schedule.warmup=2",
            "train.batch=4",
            "train.log_every=1",
            "train.eval_every=0",
            "train.eval_batches=1",
            "train.checkpoint_every=3")
        .forEach(setting -> command.addAll(List.of("--set", setting)));
    command.addAll(List.of(more));
    return command;
  }

  private static int tflion(PrintWriter err, List<String> arguments) {
    return Main.run(new PrintWriter(new StringWriter()), err, arguments.toArray(String[]::new));
  }

  /** Of all that a launch starts, only workers are JVMs. */
  private static Stream<ProcessHandle> workers(ProcessHandle launch) {
    return launch.descendants().filter(each -> each.info().command().orElse("").endsWith("java"));
  }

  /** Kills the first worker when the run says that it has done a step. */
  private static final class Killer extends StringWriter {

    private boolean killed;

    @Override
    public void write(String text, int from, int length) {
      super.write(text, from, length);
      if (!killed && text.contains("step 4/")) {
        killed = true;
        workers(ProcessHandle.current()).findFirst().orElseThrow().destroyForcibly();
      }
    }
  }

  private static double lastLoss(Path run) throws IOException {
    List<String> lines = Files.readAllLines(run.resolve("metrics.jsonl"));
    return new ObjectMapper().readTree(lines.get(lines.size() - 1)).path("loss").asDouble();
  }

  @Test
  void aWorkerThatIsKilledIsStartedAgainAndNothingIsLost() throws Exception {
    Killer err = new Killer();
    Path run = folder.resolve("killed");
    List<String> launch = new ArrayList<>(List.of("launch", "--workers", "2"));
    launch.addAll(train(run, 8));
    assertThat(tflion(new PrintWriter(err, true), launch)).as(err.toString()).isZero();
    assertThat(err.toString())
        .contains("(signal 9); starting it again, 9 restarts left")
        .contains("a worker was lost");
    assertThat(workers(ProcessHandle.current())).isEmpty();

    Path alone = folder.resolve("alone");
    List<String> command = train(alone, 8, "--set", "shard.mesh=fsdp=2");
    assertThat(tflion(new PrintWriter(new StringWriter()), command)).isZero();
    // 1e-5: the order of sums may differ between devices of a process and workers.
    assertThat(lastLoss(run)).isCloseTo(lastLoss(alone), offset(1e-5));
  }

  /** Another tflion, which finds other programs before those of the system. */
  private Process start(List<String> arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(ChildJvm.command(Main.class, arguments)).redirectErrorStream(true);
    builder.environment().merge("PATH", folder.toString(), (old, own) -> own + ":" + old);
    return builder.start();
  }

  private static List<String> readUntil(BufferedReader lines, String beginning) throws IOException {
    List<String> read = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      read.add(line);
      if (line.startsWith(beginning)) {
        return read;
      }
    }
    throw new AssertionError("no line that begins with " + beginning + " among " + read);
  }

  private static void assertEnd(List<ProcessHandle> processes) throws Exception {
    assertThat(processes).isNotEmpty();
    for (ProcessHandle each : processes) {
      each.onExit().get(SECONDS, TimeUnit.SECONDS);
    }
  }

  @Test
  void workersEndWithALaunchThatIsKilled() throws Exception {
    List<String> launch = new ArrayList<>(List.of("launch", "--workers", "1"));
    launch.addAll(train(folder.resolve("run"), 100_000));
    Process process = start(launch);
    try (BufferedReader lines = process.inputReader()) {
      readUntil(lines, "step ");
      List<ProcessHandle> workers = workers(process.toHandle()).toList();
      process.destroyForcibly();
      assertEnd(workers);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The other machine is this one; its ssh notes what it was asked for, and does it. */
  @Test
  void workersOfOtherMachinesServeUntilASignalStopsTheRun() throws Exception {
    Path asked = folder.resolve("asked");
    program("ssh", "for last; do :; done; echo \"$@\" > " + asked + "; exec sh -c \"$last\"");
    String java = String.join("' '", ChildJvm.command(Main.class, List.of()));
    Path tflion = program("tflion", "exec '" + java + "' \"$@\"");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> launch =
        new ArrayList<>(List.of("launch", "--ssh", "me@localhost:" + port, "--threads", "1"));
    launch.addAll(List.of("--insecure-network", "--tflion", tflion.toString()));
    launch.addAll(train(folder.resolve("run"), 100_000));
    Process process = start(launch);
    try (BufferedReader lines = process.inputReader()) {
      readUntil(lines, "step ");
      List<ProcessHandle> workers = workers(process.toHandle()).toList();
      process.toHandle().destroy();
      readUntil(lines, "stopped after step ");
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(75);
      assertEnd(workers);
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(asked).strip())
        .isEqualTo(
            "-T -o BatchMode=yes -o ServerAliveInterval=15 me@localhost exec "
                + tflion
                + " worker --listen localhost:"
                + port
                + " --threads 1 --insecure-network --with-parent");
  }

  private Path program(String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
