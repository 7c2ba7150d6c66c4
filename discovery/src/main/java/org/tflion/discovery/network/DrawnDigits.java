package org.tflion.discovery.network;

import java.util.SplittableRandom;

/**
 * Digits drawn from a font of 5 by 7 dots, each shifted, stretched, slanted and covered with noise
 * by chance: a stand-in for handwriting where there is no file of it.
 */
final class DrawnDigits {

  private static final int IMAGES = 10_000;
  private static final long SEED = 1;
  private static final double NOISE = 0.25;

  /** Rows of dots from the top, the leftmost dot in the highest of five bits. */
  private static final int[][] FONT = {
    {0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110},
    {0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110},
    {0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111},
    {0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110},
    {0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010},
    {0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110},
    {0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110},
    {0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000},
    {0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110},
    {0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100},
  };

  private static final int ROWS = 7;
  private static final int COLUMNS = 5;

  private DrawnDigits() {}

  /**
   * Draws ten thousand digits, always the same.
   *
   * @param side pixels along a side of an image
   * @param rows in a batch
   */
  static Digits draw(int side, int rows) {
    var random = new SplittableRandom(SEED);
    float[][] images = new float[IMAGES][side * side];
    int[] labels = new int[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = random.nextInt(FONT.length);
      draw(FONT[labels[i]], side, images[i], random);
    }
    return new Digits(images, labels, rows);
  }

  private static void draw(int[] glyph, int side, float[] image, SplittableRandom random) {
    double down = random.nextDouble(-1, 1);
    double right = random.nextDouble(-0.8, 0.8);
    double height = random.nextDouble(0.75, 1.05);
    double width = random.nextDouble(0.75, 1.05);
    double slant = random.nextDouble(-0.35, 0.35);
    for (int i = 0; i < image.length; i++) {
      // The pixel's centre on the glyph, in dots from its centre.
      int row = i / side;
      int column = i % side;
      double y = ((row + 0.5) / side - 0.5) * (ROWS + 1) / height + down;
      double x = ((column + 0.5) / side - 0.5) * (COLUMNS + 2) / width + right + slant * y;
      double ink = ink(glyph, y + ROWS / 2.0 - 0.5, x + COLUMNS / 2.0 - 0.5);
      double noisy = ink + NOISE * random.nextGaussian();
      image[i] = (float) Math.max(0, Math.min(1, noisy));
    }
  }

  /** Ink between dots, interpolated along both axes. */
  private static double ink(int[] glyph, double row, double column) {
    int top = (int) Math.floor(row);
    int left = (int) Math.floor(column);
    double below = row - top;
    double beside = column - left;
    double upper = (1 - beside) * dot(glyph, top, left) + beside * dot(glyph, top, left + 1);
    double lower =
        (1 - beside) * dot(glyph, top + 1, left) + beside * dot(glyph, top + 1, left + 1);
    return (1 - below) * upper + below * lower;
  }

  private static int dot(int[] glyph, int row, int column) {
    boolean inside = row >= 0 && row < ROWS && column >= 0 && column < COLUMNS;
    return inside ? glyph[row] >> (COLUMNS - 1 - column) & 1 : 0;
  }
}
