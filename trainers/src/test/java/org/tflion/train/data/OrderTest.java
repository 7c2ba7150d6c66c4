package org.tflion.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.train.data.source.TokenArray;
import org.tflion.train.data.source.TokenSource;

class OrderTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 16, 17, 1000, 65_537})
  void aPermutationHasEveryNumberOnce(long size) {
    Set<Long> seen = new HashSet<>();
    for (long i = 0; i < size; i++) {
      seen.add(new Permutation(size, 7).at(i));
    }
    assertThat(seen).hasSize((int) size).allMatch(place -> place >= 0 && place < size);
  }

  @Test
  void aPermutationOfAnySizeAnswersAtOnce() {
    long size = (1L << 61) + 5;
    assertThat(new Permutation(size, 1).at(size - 1)).isBetween(0L, size - 1);
    assertThatIllegalArgumentException().isThrownBy(() -> new Permutation(0, 1));
  }

  @Test
  void everyPermutationOfThreeIsAsLikely() {
    int[] hits = new int[27];
    for (int key = 0; key < 6000; key++) {
      Permutation three = new Permutation(3, Mix.of(key));
      hits[(int) (9 * three.at(0) + 3 * three.at(1) + three.at(2))]++;
    }
    int[] found = Arrays.stream(hits).filter(count -> count > 0).toArray();
    assertThat(found).hasSize(6);
    double chi = Arrays.stream(found).mapToDouble(n -> (n - 1000.0) * (n - 1000.0) / 1000).sum();
    // 5 degrees of freedom: 20.5 is passed once in 1,000 seeds, and this seed is fixed.
    assertThat(chi).isLessThan(20.5);
  }

  /** 103 tokens, 10 of context: ten pieces and two tokens that remain. */
  @Test
  void anEpochHasEveryPieceOnce() {
    TokenSource source = counting(103);
    Order order = Order.Epochs.of(source, 10, 4, 3);
    Set<List<Long>> epochs = new HashSet<>();
    for (int epoch = 0; epoch < 20; epoch++) {
      int first = epoch * 10;
      List<Long> starts =
          IntStream.range(first, first + 10).mapToObj(n -> order.start(n / 4, n % 4)).toList();
      long offset = starts.get(0) % 10;
      assertThat(offset).isBetween(0L, 2L);
      assertThat(starts.stream().sorted().toList())
          .isEqualTo(IntStream.range(0, 10).mapToObj(piece -> offset + 10L * piece).toList());
      epochs.add(starts);
    }
    assertThat(epochs).hasSize(20);
  }

  @Test
  void aSamplerOfEpochsReadsEveryTokenOnce() {
    var config = new Sampler.Shape(5, 10);
    var parts = List.of(new Mixture.Part("a", 1));
    var sampler = new Sampler(List.of(counting(1001)), parts, config, "epochs", 9);
    int[] seen = new int[1001];
    for (int step = 0; step < 20; step++) {
      Batch batch = sampler.at(step);
      for (int i = 0; i < batch.ints("tokens").length; i++) {
        seen[batch.ints("tokens")[i]] += i % 11 < 10 ? 1 : 0;
      }
    }
    assertThat(Arrays.copyOf(seen, 1000)).containsOnly(1);
    assertThat(sampler.at(7).ints("tokens")).isEqualTo(sampler.at(7).ints("tokens"));
  }

  @Test
  void everyPeriodOfAMixtureHasItsShares() {
    var parts =
        List.of(new Mixture.Part("a", 1), new Mixture.Part("b", 2), new Mixture.Part("c", 0.3));
    Mixture mixture = Mixture.of(parts, 8, 5);
    assertThat(mixture.shares()).containsExactly(310, 621, 93);
    List<Set<Long>> numbers = List.of(new HashSet<>(), new HashSet<>(), new HashSet<>());
    for (int n = 0; n < 3 * 1024; n++) {
      Mixture.Pick pick = mixture.pick(n / 8, n % 8);
      assertThat(numbers.get(pick.source()).add(pick.number())).isTrue();
    }
    for (int i = 0; i < 3; i++) {
      long most = 3L * mixture.shares().get(i);
      assertThat(numbers.get(i)).hasSize((int) most).allMatch(number -> number < most);
    }
  }

  @Test
  void sharesAreMixedWithinAPeriod() {
    Mixture mixture = Mixture.of(List.of(new Mixture.Part("a", 1), new Mixture.Part("b", 1)), 8, 5);
    int[] ofFirst = new int[8];
    for (int n = 0; n < 1024; n++) {
      ofFirst[n / 128] += mixture.pick(n / 8, n % 8).source() == 0 ? 1 : 0;
    }
    // 64 of each 128 with a standard deviation of 5.3.
    assertThat(Arrays.stream(ofFirst).boxed().toList())
        .allMatch(count -> Math.abs(count - 64) < 22);
  }

  @Test
  void aMixtureReadsEachSourceInItsOrder() {
    TokenSource low = counting(1001);
    TokenSource high = new TokenArray(IntStream.range(5000, 5501).toArray());
    var parts = List.of(new Mixture.Part("a", 3), new Mixture.Part("b", 1));
    var sampler = new Sampler(List.of(low, high), parts, new Sampler.Shape(4, 10), "epochs", 1);
    int[] seen = new int[6000];
    for (int step = 0; step < 33; step++) {
      Batch batch = sampler.at(step);
      for (int row = 0; row < 4; row++) {
        seen[batch.ints("tokens")[11 * row]]++;
      }
    }
    assertThat(Arrays.stream(seen).max()).hasValue(1);
    int ofHigh = Arrays.stream(seen, 5000, 6000).sum();
    assertThat(ofHigh).isBetween(20, 46);
    assertThat(sampler.at(3).ints("tokens")).isEqualTo(sampler.at(3).ints("tokens"));
    assertThat(sampler.at(1L << 55).ints("tokens")).hasSize(44);
  }

  @Test
  void refusesMixturesThatAreNone() {
    for (String wrong :
        List.of("a", "a=", "=1", "a=0", "a=-1", "a=NaN", "a=Infinity", "a=x", "a\0b=1")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Mixture.parse(List.of(wrong)))
          .withMessageStartingWith("data.mixture must hold paths with weights above 0");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mixture.parse(List.of("a=5000", "b=1")))
        .withMessage("data.mixture: each weight must be at least 1/1024 of all (got b=1.0)");
    assertThat(Mixture.parse(List.of("a=b=2"))).containsExactly(new Mixture.Part("a=b", 2));
    assertThat(Mixture.parse(List.of())).isEmpty();
  }

  private static TokenSource counting(int length) {
    return new TokenArray(IntStream.range(0, length).toArray());
  }
}
