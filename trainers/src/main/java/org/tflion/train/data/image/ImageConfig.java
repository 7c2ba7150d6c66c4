package org.tflion.train.data.image;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.tflion.Require;
import org.tflion.train.data.SourceConfig;

/**
 * Which pictures to learn from.
 *
 * <p>Messages name the keys of a config file, such as {@code data.path}.
 *
 * @param path folder with files {@code *-images-idx3-ubyte} and {@code *-labels-idx1-ubyte},
 *     gzipped or not; empty until it is given
 * @param validation share of the pictures, taken from the end, that is kept for validation; in (0,
 *     1)
 * @param shift most pixels by which a picture is moved in training, each way in both directions; 0
 *     or more; what moves in is black
 * @param prefetch batches that are made ready ahead of the training; 0 or more
 */
public record ImageConfig(String path, double validation, int shift, int prefetch)
    implements SourceConfig {

  private static final int MOST_PREFETCHED = 1024;

  /**
   * Checks everything but whether the files exist, which {@link Images#open} does.
   *
   * @throws IllegalArgumentException if a value is outside its range
   */
  public ImageConfig {
    Require.that(isPath(path), "data.path must be a path of this system", path);
    Require.that(validation > 0 && validation < 1, "data.validation must be in (0, 1)", validation);
    Require.that(shift >= 0, "data.shift must be 0 or more", shift);
    Require.that(
        prefetch >= 0 && prefetch <= MOST_PREFETCHED,
        "data.prefetch must be from 0 to " + MOST_PREFETCHED,
        prefetch);
  }

  @Override
  public ImageConfig absolute() {
    String whole = path.isBlank() ? path : Path.of(path).toAbsolutePath().normalize().toString();
    return new ImageConfig(whole, validation, shift, prefetch);
  }

  private static boolean isPath(String path) {
    try {
      return Path.of(path).getNameCount() >= 0;
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
