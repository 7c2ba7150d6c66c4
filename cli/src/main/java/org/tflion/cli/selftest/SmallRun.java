package org.tflion.cli.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tflion.train.RunDirectory;
import org.tflion.train.Training;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.loop.LoopListener;

/**
 * A run that is small enough to die often: a model of a few thousand weights, of which a step takes
 * about a millisecond, and a checkpoint every few steps.
 *
 * @param text what it is trained on
 */
record SmallRun(Path text) {

  /** Steps between two checkpoints. */
  static final int INTERVAL = 5;

  private static final LoopListener SILENT = new LoopListener() {};

  /** Writes its text. */
  static SmallRun in(Path folder) throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "pack my box with five dozen liquor jugs. ".repeat(200));
    return new SmallRun(text);
  }

  /** The settings of its config, with more on top. */
  List<String> settings(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.path=" + text,
                "data.order=epochs",
                "model.layers=1",
                "model.heads=2",
                "model.width=16",
                "model.context=8",
                "optimizer.jit=off",
                "schedule.warmup=2",
                "train.steps=1000000",
                "train.batch=4",
                "train.log_every=1",
                "train.eval_every=0",
                "train.eval_batches=1",
                "train.checkpoint_every=" + INTERVAL,
                "train.keep=2"));
    settings.addAll(List.of(more));
    return settings;
  }

  TrainConfig config(String... more) {
    return TrainConfigs.read(null, settings(more));
  }

  /** Trains from the beginning up to a step, undisturbed. */
  static RunDirectory train(TrainConfig config, Path folder, long steps) {
    try (Training training = Training.start(config, folder)) {
      training.run(steps, SILENT);
    }
    return RunDirectory.open(folder);
  }

  /** Goes on up to a step. */
  static void resume(TrainConfig config, Path folder, long steps) {
    try (Training training = Training.resume(config, folder)) {
      training.run(steps, SILENT);
    }
  }
}
