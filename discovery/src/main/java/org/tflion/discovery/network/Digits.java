package org.tflion.discovery.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Images of handwritten digits and their labels.
 *
 * <p>The last tenth of the images is the test split. The seed deals the others out: a tenth of all
 * for validation, of which the first {@value #VALIDATION_BATCHES} batches are used, the rest to
 * train on; as read, they are in order. Batches of training images are drawn with replacement.
 */
public final class Digits implements Batches {

  /** Pixels along a side of an image as it was published. */
  static final int SIDE = 28;

  static final int VALIDATION_BATCHES = 8;

  private static final int CLASSES = 10;
  private static final String IMAGES = "mnist-t10k-images-idx3-ubyte.gz";
  private static final String LABELS = "mnist-t10k-labels-idx1-ubyte.gz";

  private final float[][] images; // [n, pixels]
  private final int[] labels; // [n]
  private final int rows;
  private final long seed;

  /**
   * Digits in memory.
   *
   * @param images [n, pixels]; kept, not copied
   * @param labels [n], each from 0 to 9; kept, not copied
   * @param rows in a batch; above 0 and at most a tenth of n
   */
  public Digits(float[][] images, int[] labels, int rows) {
    this(images, labels, rows, 0);
  }

  private Digits(float[][] images, int[] labels, int rows, long seed) {
    if (images.length != labels.length || rows <= 0 || rows > images.length / 10) {
      throw new IllegalArgumentException(
          "Digits: each image needs a label, and a tenth of them must fill a batch (got "
              + images.length
              + " images, "
              + labels.length
              + " labels, batches of "
              + rows
              + ")");
    }
    for (int label : labels) {
      if (label < 0 || label >= CLASSES) {
        throw new IllegalArgumentException(
            "Digits: labels must be from 0 to 9 (got " + label + ")");
      }
    }
    this.images = images;
    this.labels = labels;
    this.rows = rows;
    this.seed = seed;
  }

  /**
   * Reads the MNIST test set, 10,000 images of 28 by 28.
   *
   * @param folder that holds the two files as they were published, with their names
   * @param pooling side of the squares that are averaged into one pixel; divides 28
   * @param rows in a batch
   * @throws IllegalArgumentException if a file is not what it should be
   */
  public static Digits read(Path folder, int pooling, int rows) throws IOException {
    IdxFile images = IdxFile.read(folder.resolve(IMAGES));
    IdxFile labels = IdxFile.read(folder.resolve(LABELS));
    int count = images.size(0);
    if (images.rank() != 3 || labels.bytes().length != count) {
      throw new IllegalArgumentException(
          "Digits: "
              + folder
              + " must hold as many labels as images of two dimensions (got "
              + labels.bytes().length
              + " and "
              + count
              + ")");
    }
    int height = images.size(1);
    int width = images.size(2);
    if (pooling <= 0 || height % pooling != 0 || width % pooling != 0) {
      throw new IllegalArgumentException(
          "Digits: pooling must divide " + height + " and " + width + " (got " + pooling + ")");
    }
    float[][] pooled = new float[count][height / pooling * (width / pooling)];
    float share = 1f / (255 * pooling * pooling);
    for (int i = 0; i < images.bytes().length; i++) {
      int column = i % width / pooling;
      int row = i / width % height / pooling;
      int pixel = row * (width / pooling) + column;
      pooled[i / (width * height)][pixel] += (images.bytes()[i] & 0xFF) * share;
    }
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      classes[i] = labels.bytes()[i];
    }
    return new Digits(pooled, classes, rows);
  }

  /** The same images in another order, for files that begin with the easy ones. */
  public Digits mixed() {
    return shuffled(1, images.length, seed);
  }

  /**
   * The same images with a mean of 0 in every pixel and a deviation of 1 over all pixels together,
   * by what is not in the test split.
   *
   * <p>Ink alone is never negative: a program that adds a constant to every weight then opens every
   * rectifier, which a search takes for a better optimizer.
   */
  public Digits standardised() {
    int known = images.length - images.length / 10;
    double[] mean = new double[width()];
    for (int i = 0; i < known; i++) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += images[i][j] / (double) known;
      }
    }
    double squares = 0;
    for (int i = 0; i < known; i++) {
      for (int j = 0; j < mean.length; j++) {
        squares += (images[i][j] - mean[j]) * (images[i][j] - mean[j]);
      }
    }
    double deviation = Math.sqrt(squares / ((double) known * mean.length));
    float[][] centred = new float[images.length][mean.length];
    for (int i = 0; i < images.length; i++) {
      for (int j = 0; j < mean.length; j++) {
        centred[i][j] = (float) ((images[i][j] - mean[j]) / deviation);
      }
    }
    return new Digits(centred, labels, rows, seed);
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public Digits reseeded(long value) {
    return shuffled(value, images.length - images.length / 10, value);
  }

  /** The first images shuffled; Durstenfeld, 1964. */
  private Digits shuffled(long by, int count, long newSeed) {
    float[][] order = images.clone();
    int[] names = labels.clone();
    var random = new SplittableRandom(by);
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      float[] image = order[i];
      order[i] = order[j];
      order[j] = image;
      int label = names[i];
      names[i] = names[j];
      names[j] = label;
    }
    return new Digits(order, names, rows, newSeed);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int width() {
    return images[0].length;
  }

  @Override
  public int classes() {
    return CLASSES;
  }

  @Override
  public int count(Split split) {
    int all = images.length / 10 / rows;
    return switch (split) {
      case TRAIN -> Integer.MAX_VALUE;
      case VALIDATION -> Math.min(all, VALIDATION_BATCHES);
      case TEST -> all;
    };
  }

  @Override
  public void fill(Split split, int index, float[][] inputs, int[] targets) {
    int tenth = images.length / 10;
    int train = images.length - 2 * tenth;
    var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + index);
    for (int i = 0; i < rows; i++) {
      int from =
          switch (split) {
            case TRAIN -> random.nextInt(train);
            case VALIDATION -> train + index * rows + i;
            case TEST -> train + tenth + index * rows + i;
          };
      inputs[i] = images[from];
      targets[i] = labels[from];
    }
  }
}
