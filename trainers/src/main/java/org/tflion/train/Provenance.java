package org.tflion.train;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tflion.train.checkpoint.Manifest;
import org.tflion.train.checkpoint.Manifest.DataPosition;
import org.tflion.train.checkpoint.Manifest.GuardState;
import org.tflion.train.checkpoint.Manifest.OptimizerState;
import org.tflion.train.checkpoint.Manifest.RandomState;
import org.tflion.train.checkpoint.Manifest.TensorEntry;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.TokenizerSpec;
import org.tflion.train.data.tokenizer.Tokenizers;
import org.tflion.train.loop.Guard;
import org.tflion.train.loop.Reached;
import org.tflion.train.step.StateTensor;

/**
 * Where a run's checkpoints come from.
 *
 * @param config of the run
 * @param data what it learns from
 * @param tensors what they hold
 */
record Provenance(TrainConfig config, Dataset data, List<StateTensor> tensors) {

  private static final TokenizerSpec NO_TEXT = new TokenizerSpec("none", null);

  /** What a checkpoint says of itself, but for its files. */
  Manifest manifest(Reached reached) {
    TokenizerSpec tokenizer = spec(data.tokenizer());
    Guard.State guard = reached.guard();
    long seed = config.train().seed();
    return new Manifest(
        Manifest.FORMAT_VERSION,
        reached.step(),
        Version.CURRENT,
        TrainConfigs.write(config),
        tokenizer.name(),
        tokenizer.definition(),
        new DataPosition(data.fingerprint(), seed, reached.nextBatch()),
        new RandomState(seed, reached.step()),
        new GuardState(guard.skipped(), guard.inARow(), guard.losses()),
        new OptimizerState(config.optimizer().name(), slots()),
        schedule(config),
        reached.valLoss(),
        tensors.stream().map(t -> new TensorEntry(t.name(), t.type(), t.shape())).toList(),
        List.of());
  }

  private static TokenizerSpec spec(@Nullable Tokenizer tokenizer) {
    return tokenizer == null ? NO_TEXT : tokenizer.spec();
  }

  /** The tokenizer of a checkpoint's run, or null where there is no text. */
  static @Nullable Tokenizer tokenizer(Manifest manifest) {
    TokenizerSpec spec = new TokenizerSpec(manifest.tokenizer(), manifest.alphabet());
    return spec.equals(NO_TEXT) ? null : Tokenizers.of(spec);
  }

  /** Where a checkpoint says that its run was. */
  static Reached reached(Manifest manifest) {
    var guard = manifest.guard();
    return new Reached(
        manifest.step(),
        manifest.data().nextBatch(),
        new Guard.State(guard.skipped(), guard.inARow(), guard.losses()),
        manifest.valLoss());
  }

  private List<String> slots() {
    TreeSet<String> slots = new TreeSet<>();
    tensors.forEach(tensor -> tensor.slot().ifPresent(slots::add));
    return List.copyOf(slots);
  }

  /** The course of the learning rate, in words. */
  static String schedule(TrainConfig config) {
    var schedule = config.schedule();
    String plateau = schedule.stable() == 0 ? "" : "stable %s, ".formatted(schedule.stable());
    return "%s, warmup %d, %send %s, of %d updates"
        .formatted(
            schedule.name(), schedule.warmup(), plateau, schedule.end(), config.train().steps());
  }
}
