package org.tflion.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tflion.cli.search.TaskChoice;
import picocli.CommandLine.Option;

/** The options that say what programs are judged by, the same for every part of {@code search}. */
final class SearchTaskOptions {

  @Option(names = "--task", paramLabel = "NAME", description = "digits (default) or language.")
  private TaskChoice.@Nullable Kind kind;

  @Option(
      names = "--scale",
      paramLabel = "N",
      description = "1 (default), 10 or 100 times the arithmetic.")
  private @Nullable Integer scale;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Folder of the MNIST test set, or a text file; by default drawn digits, or"
              + " tflion's own source text.")
  private @Nullable Path data;

  /** What was said, with defaults for what was not. */
  TaskChoice choice() {
    return new TaskChoice(
        kind == null ? TaskChoice.Kind.DIGITS : kind, scale == null ? 1 : scale, data);
  }

  /** What was said, with the rest as in another choice. */
  TaskChoice over(TaskChoice other) {
    return new TaskChoice(
        kind == null ? other.kind() : kind,
        scale == null ? other.scale() : scale,
        data == null ? other.data() : data);
  }
}
