package org.tflion.train.data.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tflion.Require;
import org.tflion.train.data.Batches;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.format.IdxFile;
import org.tflion.train.data.source.FileBytes;
import org.tflion.train.data.source.Fingerprint;

/**
 * Grey pictures with labels, in memory. Of {@code n} pictures the first {@code floor(n * (1 -
 * validation))} are for training, the others for validation.
 *
 * <p>Batches to train on go through the pictures in epochs, each picture once an epoch in another
 * order. Batches to validate with go through the others in the order of the file, so that as many
 * rows as there are pictures are each of them once.
 */
public final class Images implements Dataset {

  private static final String IMAGES = "-images-idx3-ubyte";
  private static final String LABELS = "-labels-idx1-ubyte";

  private final ImageConfig config;
  private final List<Path> files;
  private final List<Pictures> parts;
  private final String fingerprint;

  private Images(ImageConfig config, List<Path> files, Pictures all) {
    this.config = config;
    this.files = List.copyOf(files);
    this.fingerprint = Fingerprint.of(files, FileBytes.open(files));
    int train = (int) (all.count() * (1 - config.validation()));
    Require.that(
        train > 0 && train < all.count(),
        "data.validation must leave pictures on both sides of the %d".formatted(all.count()),
        config.validation());
    this.parts = List.of(all.part(0, train), all.part(train, all.count()));
  }

  /**
   * Reads the pictures of a folder.
   *
   * @throws IllegalArgumentException if they are not there, damaged, or do not fit each other
   */
  public static Images open(ImageConfig config) {
    List<Path> files = new ArrayList<>();
    List<Pictures> all = new ArrayList<>();
    for (Path images : find(config.path())) {
      Path labels = images.resolveSibling(name(images).replace(IMAGES, LABELS));
      Require.that(
          Files.exists(labels), "data.path: labels of " + images + " must be beside it", labels);
      files.addAll(List.of(images, labels));
      all.add(Pictures.of(images, IdxFile.read(images, 3), IdxFile.read(labels, 1)));
    }
    return new Images(config, files, Pictures.joined(all));
  }

  private static List<Path> find(String path) {
    List<Path> found = List.of();
    if (!path.isBlank() && Files.isDirectory(Path.of(path))) {
      try (Stream<Path> files = Files.list(Path.of(path))) {
        found = files.filter(file -> name(file).contains(IMAGES)).sorted().toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    Require.that(
        !found.isEmpty(),
        "data.path must be a folder with files *%s.gz and *%s.gz, such as MNIST's; name it with --data DIR"
            .formatted(IMAGES, LABELS),
        path.isBlank() ? "no folder" : path);
    return found;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  @Override
  public Batches train(int rows, long seed) {
    return PictureBatches.of(parts.get(0), rows, new PictureBatches.Shuffle(seed, config.shift()));
  }

  @Override
  public Batches validation(int rows, long seed) {
    return PictureBatches.of(parts.get(1), rows, null);
  }

  /** Height and width of a picture. */
  public List<Integer> picture() {
    return List.of(parts.get(0).height(), parts.get(0).width());
  }

  /** The largest label. */
  public int largestLabel() {
    return parts.stream().mapToInt(Pictures::largestLabel).max().orElseThrow();
  }

  @Override
  public Size size() {
    return new Size("pictures", parts.get(0).count(), parts.get(1).count());
  }

  @Override
  public List<Path> files() {
    return files;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Map<String, Double> baseline() {
    int[] counts = parts.get(0).counts(largestLabel() + 1);
    int most = Arrays.stream(counts).max().orElseThrow();
    int common = 0;
    while (counts[common] < most) {
      common++;
    }
    double hits = parts.get(1).counts(counts.length)[common];
    return Map.of("accuracy", hits / parts.get(1).count());
  }
}
