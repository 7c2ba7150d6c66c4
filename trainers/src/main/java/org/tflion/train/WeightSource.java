package org.tflion.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.checkpoint.Checkpoints;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.step.StateTensor;
import org.tflion.train.step.Step;

/**
 * A checkpoint whose weights another run begins with.
 *
 * @param found the checkpoint
 * @param exclude weights whose name it finds start fresh, or null
 */
public record WeightSource(Checkpoints.Found found, @Nullable Pattern exclude) {

  /**
   * Opens the folder of a run, of which it takes the newest good checkpoint, or of one checkpoint.
   *
   * @throws IllegalArgumentException if the folder is neither
   * @throws CheckpointException if there is no good checkpoint
   */
  public static WeightSource open(Path folder, @Nullable Pattern exclude) {
    RunDirectory run = new RunDirectory(folder);
    Require.that(
        Files.exists(run.config()) || Checkpoint.isAt(folder),
        "--from must be the folder of a run or of a checkpoint",
        folder);
    Checkpoints.Found found =
        Files.exists(run.config())
            ? TrainedModel.newest(run)
            : new Checkpoints.Found(Checkpoint.open(folder), List.of());
    return new WeightSource(found, exclude);
  }

  /** A text by the tokens of the checkpoint, unless its embeddings may be left out. */
  Dataset open(TrainConfig config) {
    @Nullable Tokenizer tokenizer = Provenance.tokenizer(found.checkpoint().manifest());
    boolean other =
        exclude != null && tokenizer != null && !tokenizer.name().equals(config.data().tokenizer());
    return config.work().open(other ? null : tokenizer);
  }

  void requireSameModel(TrainConfig config) {
    FixedKeys.requireSameModel(found.checkpoint(), config);
  }

  /** Fills the weights, and returns what there is to say about it. */
  List<String> restore(Step step) {
    List<StateTensor> weights =
        step.tensors().stream().filter(t -> t.name().startsWith(StateTensor.WEIGHTS)).toList();
    Transfer.Plan plan = new Transfer(true, exclude).plan(found.checkpoint(), weights);
    step.restore(found.checkpoint().bundle(), plan.sources());
    List<String> notes = new ArrayList<>(found.warnings());
    notes.addAll(plan.notes());
    return notes;
  }
}
