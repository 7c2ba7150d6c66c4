package org.tflion.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;

/** A text of 2,700 bytes and a model of one layer, in which a step takes about a millisecond. */
record TinyRun(Path text) {

  /** Writes the text. */
  static TinyRun in(Path folder) throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "the quick brown fox jumps over the lazy dog. ".repeat(60));
    return new TinyRun(text);
  }

  /** Its config, with settings on top. */
  TrainConfig config(String... more) {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                "model.layers=1",
                "model.heads=2",
                "model.width=16",
                "model.context=8",
                "data.path=" + text,
                "train.batch=4",
                "train.steps=40",
                "train.eval_batches=2",
                "train.eval_every=20",
                "train.checkpoint_every=10",
                "train.log_every=1",
                "schedule.warmup=5",
                "optimizer.learning_rate=0.01"));
    overrides.addAll(List.of(more));
    return TrainConfigs.read(null, overrides);
  }
}
