package org.tflion.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.tflion.train.checkpoint.CheckpointWriter;
import org.tflion.train.checkpoint.Checkpoints;
import org.tflion.train.checkpoint.Disk;
import org.tflion.train.checkpoint.Retention;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.loop.Guard;
import org.tflion.train.loop.LoopConfig;
import org.tflion.train.loop.Reached;
import org.tflion.train.loop.SkippedTooOftenException;
import org.tflion.train.metrics.Dump;
import org.tflion.train.metrics.MetricsLog;
import org.tflion.train.metrics.SkippedUpdate;

/**
 * The folder of a run: {@code config.yaml}, {@code metrics.jsonl} and {@code checkpoints/}.
 *
 * @param folder its path
 */
public record RunDirectory(Path folder) {

  private static final String DUMP = "dump-step-\\d+\\.json";

  /**
   * Makes the folder of a new run, with its config. A run that ended before its first checkpoint
   * makes way for it.
   *
   * @throws IllegalArgumentException if a run is there already or the folder cannot be written
   */
  public static RunDirectory create(Path folder, TrainConfig config) {
    RunDirectory run = new RunDirectory(folder);
    run.requireFree();
    try {
      Files.createDirectories(run.checkpointFolder());
      run.write(config);
      run.metrics().cutAfter(0);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
    return run;
  }

  /** Refuses a folder in which something would be lost. */
  void requireFree() {
    if (parts().stream().anyMatch(Files::exists) && !endedBeforeItsFirstCheckpoint()) {
      throw new IllegalArgumentException(
          "--out must be a folder without a run (got "
              + folder
              + ", which holds one); use --resume to go on with it, or another folder");
    }
  }

  private boolean endedBeforeItsFirstCheckpoint() {
    return Files.exists(config()) && checkpoints().isEmpty() && isReadable();
  }

  /** A config.yaml of something else is not to be overwritten. */
  private boolean isReadable() {
    try {
      read(List.of());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Opens the folder of a run.
   *
   * @throws IllegalArgumentException if no run is there
   */
  public static RunDirectory open(Path folder) {
    RunDirectory run = new RunDirectory(folder);
    if (!Files.exists(run.config())) {
      throw new IllegalArgumentException(
          "a run must be a folder with a config.yaml (got " + folder + ", which has none)");
    }
    return run;
  }

  static IllegalArgumentException unwritable(Path folder, IOException e) {
    return new IllegalArgumentException(
        "--out must be a folder that can be written (got "
            + folder
            + ": "
            + e.getClass().getSimpleName()
            + ")",
        e);
  }

  /**
   * Keeps the config that a run goes on with, whole or not at all.
   *
   * @throws IllegalArgumentException if the folder cannot be written
   */
  void update(TrainConfig config) {
    try {
      write(config);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private void write(TrainConfig config) throws IOException {
    Disk.DIRECT.replace(config(), TrainConfigs.write(config));
  }

  /** The resolved config of the run. */
  public Path config() {
    return folder.resolve("config.yaml");
  }

  /** The run's config, with overrides on top. */
  public TrainConfig read(List<String> overrides) {
    return TrainConfigs.read(config(), overrides);
  }

  public MetricsLog metrics() {
    return new MetricsLog(metricsFile());
  }

  /** The run's checkpoints. */
  public Checkpoints checkpoints() {
    return new Checkpoints(checkpointFolder());
  }

  /** What writes the run's checkpoints. */
  CheckpointWriter writer(LoopConfig rules) {
    Retention retention = new Retention(rules.keep(), rules.keepEvery(), rules.keepBest());
    return new CheckpointWriter(checkpoints(), retention, Disk.DIRECT);
  }

  /** Keeps why the run gave up, and returns where. */
  Path dump(SkippedTooOftenException e) throws IOException {
    SkippedUpdate last = e.skips().get(e.skips().size() - 1);
    Dump dump = new Dump(last.step(), last.batch(), e.guard().losses(), e.skips());
    Path file = folder.resolve("dump-step-" + last.step() + ".json");
    Disk.DIRECT.replace(file, dump.json());
    return file;
  }

  /**
   * Where a run goes on that leaves out the data on which it gave up.
   *
   * @param checkpoint where its checkpoint is
   * @throws IllegalArgumentException if it has not given up since
   */
  Reached rewound(Reached checkpoint) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> dumps = files.filter(file -> file.getFileName().toString().matches(DUMP)).toList();
      long last = -1;
      for (Path file : dumps) {
        Dump dump = Dump.read(file);
        last = dump.step() > checkpoint.step() ? Math.max(last, dump.lastBatch()) : last;
      }
      if (last < checkpoint.nextBatch()) {
        throw new IllegalArgumentException(
            "--rewind must come after the run has given up (it has not since its checkpoint at step %d); use --resume alone"
                .formatted(checkpoint.step()));
      }
      return new Reached(checkpoint.step(), last + 1, Guard.State.NONE, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path metricsFile() {
    return folder.resolve("metrics.jsonl");
  }

  private Path checkpointFolder() {
    return folder.resolve("checkpoints");
  }

  private List<Path> parts() {
    return List.of(config(), metricsFile(), checkpointFolder());
  }
}
