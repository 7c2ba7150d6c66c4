package org.tflion.cli.selftest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * All drills, one after the other.
 *
 * @param folder to work in; empty
 * @param kills of each kind, if there is time for them
 * @param seed of the times at which they come
 * @param main of the command line, which the children run
 */
public record Reliability(Path folder, int kills, long seed, Class<?> main) {

  /** For each kind of kills, so that all drills together stay below five minutes. */
  private static final Duration LONGEST = Duration.ofSeconds(45);

  private static final int SIGNALS = 3;

  /** Of workers, and of runs that have some. */
  private static final int LOSSES = 5;

  /** Something that comes to an outcome. */
  private interface Drill {
    Outcome run() throws IOException, InterruptedException;
  }

  /**
   * Runs them.
   *
   * @param done hears of each when it is over
   * @throws IOException if the folder cannot be written
   */
  public void run(Consumer<Outcome> done) throws IOException, InterruptedException {
    SmallRun small = SmallRun.in(folder);
    SaveDrills saves = SaveDrills.prepare(small, folder);
    RunDrills runs = new RunDrills(small, folder, main);
    ShardDrills shards = new ShardDrills(small, folder, main);
    SplittableRandom random = new SplittableRandom(seed);
    for (Drill drill :
        new Drill[] {
          () -> saves.halts(folder),
          () -> saves.fails(folder),
          () -> saves.damages(folder),
          runs::resumes,
          () -> runs.signals(SIGNALS),
          () -> runs.kills(true, limits(), random),
          () -> runs.kills(false, limits(), random),
          () -> shards.workerKills(LOSSES, random),
          () -> shards.hangs(LOSSES),
          () -> shards.losses(LOSSES),
          () -> shards.controllerKills(LOSSES, random)
        }) {
      done.accept(drill.run());
    }
  }

  private RunDrills.Limits limits() {
    return new RunDrills.Limits(kills, System.nanoTime() + LONGEST.toNanos());
  }
}
