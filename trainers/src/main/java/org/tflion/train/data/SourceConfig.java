package org.tflion.train.data;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code data} section of a config, a record of its own for each kind of data: its components
 * are the keys.
 */
public interface SourceConfig {

  /** A file or folder, or text that says what is to be made up. */
  String path();

  /** Batches that are made ready ahead of the training; 0 or more. */
  int prefetch();

  /** The name of the tokenizer, or null where there is no text. */
  default @Nullable String tokenizer() {
    return null;
  }

  /** The same data under paths that hold whatever the working directory. */
  SourceConfig absolute();

  /** What must stay the same, by key, for a run to go on with the batches it would have had. */
  Map<String, Object> fixed();
}
