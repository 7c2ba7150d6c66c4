package org.tflion.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tflion.train.data.source.TokenArray;
import org.tflion.train.data.source.TokenSlice;
import org.tflion.train.data.source.TokenSource;

class SamplerTest {

  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

  @Test
  void everyRowIsAPieceOfTheSource() {
    var sampler = new Sampler(counting(1000), 8, 16, 5);
    for (int step = 0; step < 50; step++) {
      Batch batch = sampler.at(step);
      assertThat(batch.size()).isEqualTo(8);
      assertThat(batch.shape()).isEqualTo(new TextRows(batch.size(), 17).shape(false));
      for (int row = 0; row < 8; row++) {
        int[] tokens = Arrays.copyOfRange(batch.ints("tokens"), row * 17, (row + 1) * 17);
        assertThat(tokens).isEqualTo(IntStream.range(tokens[0], tokens[0] + 17).toArray());
      }
    }
  }

  @Test
  void aBatchDependsOnTheSeedAndTheStepAlone() {
    var one = new Sampler(counting(10_000), 4, 8, 42);
    var other = new Sampler(counting(10_000), 4, 8, 42);
    int[] late = one.at(1_000_000).ints("tokens");
    one.at(3);
    assertThat(one.at(1_000_000).ints("tokens")).isEqualTo(late);
    assertThat(other.at(1_000_000).ints("tokens")).isEqualTo(late);
    assertThat(other.at(1_000_001).ints("tokens")).isNotEqualTo(late);
    assertThat(new Sampler(counting(10_000), 4, 8, 43).at(1_000_000).ints("tokens"))
        .isNotEqualTo(late);
  }

  /**
   * The equations of the class, in numbers of any size: resumed runs need the same rows for ever.
   */
  @Test
  void startsFollowTheEquations() {
    long length = 1_115_394L * 9 / 10;
    var sampler = new Sampler(endless(length), 12, 64, 1337);
    for (long step : new long[] {0, 1, 2, 1999, Long.MAX_VALUE, -1}) {
      for (int row = 0; row < 12; row++) {
        BigInteger key = mix(BigInteger.valueOf(1337));
        BigInteger inner = mix(key.add(BigInteger.valueOf(step)));
        BigInteger gamma = new BigInteger("9e3779b97f4a7c15", 16);
        BigInteger u = mix(inner.add(gamma.multiply(BigInteger.valueOf(row + 1)))).shiftRight(1);
        BigInteger start = u.multiply(BigInteger.valueOf(length - 64)).shiftRight(63);
        assertThat(sampler.start(step, row)).isEqualTo(start.longValueExact());
      }
    }
  }

  private static BigInteger mix(BigInteger x) {
    BigInteger z = x.mod(WORD);
    z = z.xor(z.shiftRight(30)).multiply(new BigInteger("bf58476d1ce4e5b9", 16)).mod(WORD);
    z = z.xor(z.shiftRight(27)).multiply(new BigInteger("94d049bb133111eb", 16)).mod(WORD);
    return z.xor(z.shiftRight(31));
  }

  @Test
  void everyPlaceIsAsLikelyIncludingTheFirstAndTheLast() {
    var sampler = new Sampler(counting(20), 10, 4, 11); // 16 places
    int[] hits = new int[16];
    for (int step = 0; step < 4000; step++) {
      for (int row = 0; row < 10; row++) {
        hits[(int) sampler.start(step, row)]++;
      }
    }
    double expected = 40_000 / 16.0;
    double chi = Arrays.stream(hits).mapToDouble(n -> (n - expected) * (n - expected)).sum();
    // 15 degrees of freedom: 37.7 is passed once in 1,000 seeds, and this seed is fixed.
    assertThat(chi / expected).isLessThan(37.7);
  }

  @Test
  void rowsAndStepsDoNotFollowEachOther() {
    var sampler = new Sampler(endless(1L << 40), 64, 8, 0);
    Set<Long> starts = new HashSet<>();
    for (int step = 0; step < 500; step++) {
      for (int row = 0; row < 64; row++) {
        starts.add(sampler.start(step, row));
      }
    }
    // 32,000 draws from 2^40 places: 0.0005 pairs expected to be equal.
    assertThat(starts).hasSize(32_000);
  }

  @Test
  void theShortestSourceHasOnePlace() {
    var sampler = new Sampler(counting(5), 2, 4, 9);
    assertThat(sampler.at(123).ints("tokens")).containsExactly(0, 1, 2, 3, 4, 0, 1, 2, 3, 4);
  }

  @Test
  void aContextLongerThanTheSourceIsRefusedWithItsCure() {
    TokenSource source = new TokenSlice(counting(200), 0, 200, "validation split of a.txt");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampler(source, 1, 512, 0))
        .withMessage(
            "context 512 needs at least 513 tokens, validation split of a.txt has 200:"
                + " use a shorter context or more data");
    assertThatIllegalArgumentException().isThrownBy(() -> new Sampler(source, 1, 200, 0));
    assertThat(new Sampler(source, 1, 199, 0).at(0).ints("tokens")).hasSize(200);
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Sampler(counting(9), 0, 4, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Sampler(counting(9), 1, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampler(endless(1L << 40), 1 << 16, 1 << 16, 0))
        .withMessageContaining("batch * (context + 1)");
  }

  @Test
  void aBatchMustBeAsLargeAsItSays() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TextRows(2, 3).batch(new int[5], null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TextRows(0, 3).batch(new int[0], null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TextRows(2, 1).batch(new int[2], null));
  }

  /** Token {@code i} is {@code i}. */
  private static TokenSource counting(int length) {
    return new TokenArray(IntStream.range(0, length).toArray());
  }

  /** Of any length, and nothing in it. */
  private static TokenSource endless(long length) {
    return new TokenSource() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public void copy(long from, int[] into, int offset, int count) {}
    };
  }
}
