package org.tflion.train.data.image;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.tflion.Require;
import org.tflion.train.data.format.IdxFile;

/**
 * Grey pictures and their labels.
 *
 * @param height of each
 * @param width of each
 * @param pixels picture after picture, row after row // [count, height, width]
 * @param labels // [count]
 */
@SuppressWarnings("ArrayRecordComponent") // Copying or comparing a data set would only cost time.
record Pictures(int height, int width, byte[] pixels, byte[] labels) {

  static Pictures of(Path file, IdxFile images, IdxFile labels) {
    Require.that(
        images.rows() == labels.rows(),
        "data.path: labels must be as many as the %d pictures of %s".formatted(images.rows(), file),
        labels.rows());
    return new Pictures(
        images.sizes().get(1), images.sizes().get(2), images.values(), labels.values());
  }

  /** All of them, one after the other. */
  static Pictures joined(List<Pictures> all) {
    Pictures first = all.get(0);
    if (all.size() == 1) {
      return first;
    }
    int count = 0;
    for (Pictures each : all) {
      Require.that(
          each.height == first.height && each.width == first.width,
          "data.path: all pictures must be of %d x %d".formatted(first.height, first.width),
          each.height + " x " + each.width);
      count = Math.addExact(count, each.count());
    }
    byte[] pixels = new byte[Math.multiplyExact(count, first.size())];
    byte[] labels = new byte[count];
    int at = 0;
    for (Pictures each : all) {
      System.arraycopy(each.pixels, 0, pixels, at * first.size(), each.pixels.length);
      System.arraycopy(each.labels, 0, labels, at, each.count());
      at += each.count();
    }
    return new Pictures(first.height, first.width, pixels, labels);
  }

  int count() {
    return labels.length;
  }

  /** Numbers of a picture. */
  int size() {
    return height * width;
  }

  Pictures part(int from, int to) {
    return new Pictures(
        height,
        width,
        Arrays.copyOfRange(pixels, from * size(), to * size()),
        Arrays.copyOfRange(labels, from, to));
  }

  int label(int index) {
    return Byte.toUnsignedInt(labels[index]);
  }

  int largestLabel() {
    int largest = 0;
    for (int i = 0; i < count(); i++) {
      largest = Math.max(largest, label(i));
    }
    return largest;
  }

  /** How many pictures have each label. */
  int[] counts(int classes) {
    int[] counts = new int[classes];
    for (int i = 0; i < count(); i++) {
      counts[label(i)]++;
    }
    return counts;
  }

  /**
   * Copies a picture, moved; what moves in is black.
   *
   * @param into black where it is to be copied to
   * @param at where in it
   * @param down pixels by which it moves down, up if negative
   * @param right pixels by which it moves right, left if negative
   */
  void copy(int index, byte[] into, int at, int down, int right) {
    int columns = width - Math.abs(right);
    for (int row = Math.max(down, 0); row < height + Math.min(down, 0) && columns > 0; row++) {
      int from = index * size() + (row - down) * width + Math.max(-right, 0);
      System.arraycopy(pixels, from, into, at + row * width + Math.max(right, 0), columns);
    }
  }
}
