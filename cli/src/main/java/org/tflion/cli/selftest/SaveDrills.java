package org.tflion.cli.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.tflion.train.RunDirectory;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.checkpoint.Checkpoints;

/**
 * Drills of a single save: it ends, or fails, before each of the changes that it makes to the disk;
 * and of a single load: each file is damaged.
 *
 * @param older a checkpoint
 * @param newer a later one
 */
record SaveDrills(Path older, Path newer) {

  /** Trains a little, to have something to save. */
  static SaveDrills prepare(SmallRun small, Path folder) {
    RunDirectory run =
        SmallRun.train(small.config(), folder.resolve("to-save"), 2L * SmallRun.INTERVAL);
    Path checkpoints = run.folder().resolve("checkpoints");
    return new SaveDrills(
        checkpoints.resolve("step-" + SmallRun.INTERVAL),
        checkpoints.resolve("step-" + 2 * SmallRun.INTERVAL));
  }

  /** A process halts before each change, until it gets to the end of the save. */
  Outcome halts(Path folder) throws IOException, InterruptedException {
    Tally tally = new Tally("process halts at every point of a save");
    int code = SaveAndHalt.HALTED;
    for (int point = 1; code == SaveAndHalt.HALTED; point++) {
      Path into = scene(folder, "halt-" + point);
      try (Child child =
          Child.start(
              SaveAndHalt.class, newer.toString(), into.toString(), Integer.toString(point))) {
        code = child.exitCode();
      }
      tally.add(survives(into) && (code == 0 || code == SaveAndHalt.HALTED));
    }
    return tally.outcome();
  }

  /** The disk fails at each change and all after it. */
  Outcome fails(Path folder) throws IOException {
    Tally tally = new Tally("disk fails from every point of a save on");
    boolean complete = false;
    for (int point = 1; !complete; point++) {
      Path into = scene(folder, "fail-" + point);
      int from = point;
      int[] count = {0};
      boolean said = true;
      try {
        SaveAndHalt.save(
            newer,
            into,
            (change, path) -> {
              if (++count[0] >= from) {
                throw new IOException("No space left on device");
              }
            });
        complete = true;
      } catch (CheckpointException e) {
        said = String.valueOf(e.getMessage()).contains("No space left on device");
      }
      tally.add(said && survives(into));
    }
    return tally.outcome();
  }

  /** A bit of each file flips, and each file is cut short. */
  Outcome damages(Path folder) throws IOException {
    Tally tally = new Tally("every file of a checkpoint damaged");
    try (Stream<Path> files = Files.list(newer)) {
      for (Path file : files.sorted().toList()) {
        byte[] whole = Files.readAllBytes(file);
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        tally.add(named(folder, file.getFileName().toString(), flipped));
        byte[] cut = Arrays.copyOf(whole, whole.length - 1);
        tally.add(named(folder, file.getFileName().toString(), cut));
      }
    }
    return tally.outcome();
  }

  /** Whether a damaged file is named and the checkpoint before is taken. */
  private boolean named(Path folder, String file, byte[] damaged) throws IOException {
    Path into = Files.createTempDirectory(folder, "damage-");
    copy(older, into.resolve(older.getFileName()));
    Path target = into.resolve(newer.getFileName());
    copy(newer, target);
    Files.writeString(into.resolve("latest"), newer.getFileName().toString());
    Files.write(target.resolve(file), damaged);
    Checkpoints.Found found = new Checkpoints(into).newest().orElseThrow();
    boolean said = found.warnings().stream().anyMatch(warning -> warning.contains(file));
    return said && found.checkpoint().manifest().step() == SmallRun.INTERVAL;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  /** A folder with the older checkpoint, whole. */
  private Path scene(Path folder, String name) throws IOException {
    Path into = Files.createDirectory(folder.resolve(name));
    SaveAndHalt.save(older, into, (change, path) -> {});
    return into;
  }

  /** Whether there is a complete checkpoint, and the next save succeeds. */
  private boolean survives(Path into) {
    try {
      Optional<Checkpoints.Found> found = new Checkpoints(into).newest();
      SaveAndHalt.save(newer, into, (change, path) -> {});
      return found.isPresent()
          && found.get().checkpoint().manifest().step() >= SmallRun.INTERVAL
          && new Checkpoints(into).newest().orElseThrow().faults().isEmpty();
    } catch (CheckpointException e) {
      return false;
    }
  }
}
