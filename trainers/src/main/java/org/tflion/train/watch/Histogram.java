package org.tflion.train.watch;

/** Counts of values in equal intervals. */
public final class Histogram {

  private static final int BUCKETS = 30;

  private Histogram() {}

  /**
   * Counts the finite values in 30 intervals between the smallest and the largest; in one if they
   * are all the same.
   *
   * @return left edge, right edge and count of each, ascending; none without a finite value //
   *     [buckets][3]
   */
  public static double[][] of(float[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      if (Float.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (low > high) {
      return new double[0][];
    }
    int buckets = low == high ? 1 : BUCKETS;
    double width = low == high ? 1 : (high - low) / buckets;
    double[][] counts = new double[buckets][];
    for (int i = 0; i < buckets; i++) {
      counts[i] = new double[] {low + i * width, low + (i + 1) * width, 0};
    }
    for (float value : values) {
      if (Float.isFinite(value)) {
        counts[Math.min((int) ((value - low) / width), buckets - 1)][2]++;
      }
    }
    return counts;
  }
}
