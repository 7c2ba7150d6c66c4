package org.tflion.cli.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.tflion.train.RunDirectory;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.checkpoint.Manifest;
import org.tflion.train.config.TrainConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Drills of whole runs: they are stopped, go on, and must end where a run ends that was left alone.
 *
 * @param small what runs
 * @param folder to work in
 * @param main of the command line
 */
record RunDrills(SmallRun small, Path folder, Class<?> main) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Steps that a child would do if it were left alone; it tells of every 25th part of them. */
  private static final int LONGEST_LIFE = 500;

  /** Most of those parts before it is killed. */
  private static final int PARTS = 12;

  /** Longest time after the last of them, in milliseconds: some steps, or a checkpoint. */
  private static final int MOMENT = 40;

  /** Fewer lives than these say nothing, however long they take. */
  private static final int FEWEST = 5;

  /** Until when to begin another life, and how many there are to be. */
  record Limits(int lives, long nanoTime) {

    boolean allow(int life) {
      return life < lives && (life < FEWEST || System.nanoTime() < nanoTime);
    }
  }

  /**
   * A training in a process of its own is killed at random times, again and again.
   *
   * @param inPlace whether steps wait for their checkpoint; otherwise a checkpoint that is being
   *     written is lost, and the steps that were done meanwhile
   */
  Outcome kills(boolean inPlace, Limits limits, SplittableRandom random)
      throws IOException, InterruptedException {
    String how = inPlace ? "in place" : "beside the steps";
    Tally tally = new Tally("kill -9 at random times, saving " + how);
    Path run = folder.resolve("killed-" + (inPlace ? "in-place" : "beside"));
    for (int life = 0; limits.allow(life); life++) {
      try (Child child = train(run, life > 0, "train.async_save=" + !inPlace)) {
        boolean trains = true;
        for (int part = 1 + random.nextInt(PARTS); part > 0; part--) {
          trains &= child.says("step ");
        }
        child.await(random.nextInt(MOMENT));
        child.kill();
        long lost = lastLogged(run) - newest(run);
        // While one checkpoint is written, steps go on to the next, which waits for it.
        long allowed = inPlace ? SmallRun.INTERVAL : 2L * SmallRun.INTERVAL;
        tally.add(trains && newest(run) >= 0, lost - allowed);
      }
    }
    // It must also have come so far that the kills met with something.
    tally.add(newest(run) > 0 && endsAsLeftAlone(run, "train.async_save=" + !inPlace));
    return tally.outcome();
  }

  private boolean endsAsLeftAlone(Path run, String setting) throws IOException {
    long end = newest(run) + 1;
    SmallRun.resume(small.config(setting), run, end);
    return sameAsLeftAlone(run, end);
  }

  private Child train(Path run, boolean resume, String setting) throws IOException {
    String until = Long.toString(Math.max(newest(run), 0) + LONGEST_LIFE);
    List<String> arguments =
        new ArrayList<>(List.of("train", "--out", run.toString(), "--steps", until));
    if (resume && newest(run) > 0) {
      arguments.add("--resume");
    } else {
      for (String each : small.settings(setting)) {
        arguments.addAll(List.of("--set", each));
      }
    }
    return Child.start(main, arguments.toArray(String[]::new));
  }

  /** The step of the newest good checkpoint, 0 without one, or -1 if none is good. */
  static long newest(Path run) {
    try {
      return new RunDirectory(run)
          .checkpoints()
          .newest()
          .map(found -> found.checkpoint().manifest().step())
          .orElse(0L);
    } catch (CheckpointException e) {
      return -1;
    }
  }

  private static long lastLogged(Path run) throws IOException {
    long last = 0;
    if (!Files.exists(run.resolve("metrics.jsonl"))) {
      return last;
    }
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      if (line.endsWith("}")) {
        last = JSON.readTree(line).path("step").asLong();
      }
    }
    return last;
  }

  /** Whether every loss and the last checkpoint are those of a run that was left alone. */
  private boolean sameAsLeftAlone(Path run, long steps) throws IOException {
    Path alone = run.resolveSibling(run.getFileName() + "-left-alone");
    SmallRun.train(small.config("train.checkpoint_every=0"), alone, steps);
    return losses(run).equals(losses(alone)) && sameTensors(run, alone);
  }

  static List<String> losses(Path run) throws IOException {
    List<String> losses = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonNode read = JSON.readTree(line);
      losses.add(read.path("step") + " " + read.path("loss") + " " + read.path("grad_norm"));
    }
    return losses;
  }

  static boolean sameTensors(Path one, Path other) {
    return files(one).equals(files(other));
  }

  /** Names, sizes and SHA-256 of the newest checkpoint's files. */
  private static List<Manifest.FileEntry> files(Path run) {
    return new RunDirectory(run)
        .checkpoints()
        .newest()
        .orElseThrow()
        .checkpoint()
        .manifest()
        .files();
  }

  /** SIGTERM, or what this system has for it: the run saves the step that it is in. */
  Outcome signals(int times) throws IOException, InterruptedException {
    Tally tally = new Tally("SIGTERM: saves the step, exit code 75");
    Path run = folder.resolve("signalled");
    for (int i = 0; i < times; i++) {
      try (Child child = train(run, i > 0, "train.checkpoint_every=0")) {
        boolean trains = child.says("step ");
        child.terminate();
        boolean saved = child.says("stopped after step ");
        int code = child.exitCode();
        tally.add(trains && saved && code == 75, lastLogged(run) - newest(run));
      }
    }
    return tally.outcome();
  }

  /** Stops half-way and goes on, for three optimizers. */
  Outcome resumes() throws IOException {
    Tally tally = new Tally("stop and resume, bit for bit");
    for (String optimizer : List.of("lion", "adamw", "adafactor")) {
      String[] settings = {
        "optimizer.name=" + optimizer, "optimizer.average=0.9", "train.micro_batch=2"
      };
      TrainConfig config = small.config(settings);
      Path halves = folder.resolve("halves-" + optimizer);
      Path whole = folder.resolve("whole-" + optimizer);
      SmallRun.train(config, halves, 10);
      SmallRun.resume(config, halves, 20);
      SmallRun.train(config, whole, 20);
      tally.add(losses(halves).equals(losses(whole)) && sameTensors(halves, whole));
    }
    return tally.outcome();
  }
}
