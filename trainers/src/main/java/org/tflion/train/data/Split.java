package org.tflion.train.data;

import java.nio.file.Path;
import java.util.List;
import org.tflion.train.data.source.TokenSlice;
import org.tflion.train.data.source.TokenSource;

/**
 * The tokens of a path.
 *
 * @param train to train on
 * @param validation to validate with
 * @param files that they come from
 * @param fingerprint of the files
 */
record Split(TokenSource train, TokenSource validation, List<Path> files, String fingerprint) {

  Split {
    files = List.copyOf(files);
  }

  /** The first tokens to train on, the share at the end to validate with. */
  static Split of(
      TokenSource tokens, DataConfig config, Path path, List<Path> files, String print) {
    long at = (long) (tokens.length() * (1 - config.validation()));
    return new Split(
        new TokenSlice(tokens, 0, at, "training split of " + path),
        new TokenSlice(tokens, at, tokens.length(), "validation split of " + path),
        files,
        print);
  }
}
