package org.tflion.cli.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.checkpoint.CheckpointWriter;
import org.tflion.train.checkpoint.Checkpoints;
import org.tflion.train.checkpoint.Disk;
import org.tflion.train.checkpoint.Retention;

/**
 * Saves a checkpoint once more elsewhere, and halts before one of the changes that this makes to
 * the disk.
 */
public final class SaveAndHalt {

  /** The exit code of a process that has halted where it was told to. */
  static final int HALTED = 99;

  private SaveAndHalt() {}

  /**
   * Runs in a process of its own.
   *
   * @param arguments the folder of a checkpoint, the folder to save it in, and the number of the
   *     change, from 1
   */
  public static void main(String[] arguments) {
    int at = Integer.parseInt(arguments[2]);
    int[] count = {0};
    save(
        Path.of(arguments[0]),
        Path.of(arguments[1]),
        (change, path) -> {
          if (++count[0] == at) {
            Runtime.getRuntime().halt(HALTED);
          }
        });
  }

  /** Saves a checkpoint once more elsewhere, and keeps nothing else there. */
  static void save(Path from, Path into, Disk.Watch watch) {
    Checkpoint checkpoint = Checkpoint.open(from);
    new CheckpointWriter(new Checkpoints(into), Retention.latest(1), new Disk(watch))
        .write(checkpoint.manifest(), prefix -> copy(checkpoint, prefix, watch));
  }

  /** Writes file after file, and of each one half after the other. */
  private static void copy(Checkpoint from, Path prefix, Disk.Watch watch) {
    try {
      for (var file : from.manifest().files()) {
        Path target = prefix.resolveSibling(file.name());
        byte[] content = Files.readAllBytes(from.folder().resolve(file.name()));
        watch.before("write", target);
        Files.write(target, Arrays.copyOf(content, content.length / 2));
        watch.before("write the rest", target);
        Files.write(target, content);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
