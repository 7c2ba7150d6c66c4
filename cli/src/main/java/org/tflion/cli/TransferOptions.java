package org.tflion.cli;

import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.tflion.train.Engine;
import org.tflion.train.Training;
import org.tflion.train.Transfer;
import org.tflion.train.WeightSource;
import org.tflion.train.config.TrainConfig;
import picocli.CommandLine.Option;

/** What a training takes over from a checkpoint, its own or another's. */
final class TransferOptions {

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "Begin a new run with the weights of another run, or of one checkpoint of it.")
  private @Nullable Path from;

  @Option(
      names = "--load-weights-only",
      description = "With --resume: leave the optimizer's slots behind; it may be another.")
  private boolean weightsOnly;

  @Option(
      names = "--exclude",
      paramLabel = "REGEX",
      description = "With --resume or --from: tensors whose name it matches start fresh.")
  private @Nullable String exclude;

  @Option(
      names = "--rewind",
      description =
          "With --resume, after a run gave up: leave out the data from its checkpoint up to there.")
  private boolean rewind;

  /** Refuses options that need another. */
  void check(boolean resume) {
    require(from == null || !resume, "--from begins a new run; it must come without --resume");
    require(!weightsOnly || resume, "--load-weights-only must come with --resume");
    require(!rewind || resume, "--rewind must come with --resume");
    require(
        exclude == null || resume || from != null, "--exclude must come with --resume or --from");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** The training that was asked for, on an engine. */
  Training begin(TrainConfig config, Path folder, boolean resume, Engine engine) {
    if (resume) {
      return Training.resume(config, folder, new Transfer(weightsOnly, pattern()), rewind, engine);
    }
    return from == null
        ? Training.start(config, folder, engine)
        : Training.start(config, folder, WeightSource.open(from, pattern()), engine);
  }

  private @Nullable Pattern pattern() {
    try {
      return exclude == null ? null : Pattern.compile(exclude);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "--exclude must be a regular expression (got %s: %s)"
              .formatted(exclude, e.getDescription()),
          e);
    }
  }
}
