package org.tflion.train.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramTest {

  @Test
  void countsEveryFiniteValueOnce() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-3, 5);
    }
    values[0] = -3;
    values[1] = 5;
    values[2] = Float.NaN;
    values[3] = Float.POSITIVE_INFINITY;
    double[][] buckets = Histogram.of(values);
    assertThat(buckets).hasNumberOfRows(30);
    assertThat(Arrays.stream(buckets).mapToDouble(b -> b[2]).sum()).isEqualTo(9_998);
    assertThat(buckets[0][0]).isEqualTo(-3);
    // The edges are sums of roundings of 30 parts.
    assertThat(buckets[29][1]).isCloseTo(5, within(1e-12));
    for (int i = 0; i < 30; i++) {
      double[] bucket = buckets[i];
      long inside = 0;
      for (float value : values) {
        boolean last = i == 29 && value == 5;
        inside += last || (value >= bucket[0] && value < bucket[1]) ? 1 : 0;
      }
      assertThat(bucket[2]).isEqualTo((double) inside);
    }
  }

  @Test
  void equalValuesAreOneBucketAndNoneAreNone() {
    assertThat(Histogram.of(new float[] {2, 2, 2})).isDeepEqualTo(new double[][] {{2, 3, 3}});
    assertThat(Histogram.of(new float[] {Float.NaN})).isEmpty();
    assertThat(Histogram.of(new float[0])).isEmpty();
    assertThat(Histogram.of(new float[] {-Float.MAX_VALUE, Float.MAX_VALUE})).hasNumberOfRows(30);
  }
}
