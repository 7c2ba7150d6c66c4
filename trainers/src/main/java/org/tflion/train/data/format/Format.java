package org.tflion.train.data.format;

import java.nio.file.Path;
import java.util.Locale;

/** What a file holds, told by its name. */
public enum Format {
  /** One document of UTF-8: every file that is none of the others. */
  TEXT,
  /** A document in one field of the JSON object on each line: {@code .jsonl}, {@code .ndjson}. */
  JSON_LINES,
  /** A document in one feature of each {@code tf.train.Example}: {@code .tfrecord} in the name. */
  TFRECORD,
  /** Tokens as numbers: {@code .bin}. */
  TOKENS;

  /** The format of a file. */
  public static Format of(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return JSON_LINES;
    }
    if (name.contains(".tfrecord")) {
      return TFRECORD;
    }
    return name.endsWith(".bin") ? TOKENS : TEXT;
  }
}
