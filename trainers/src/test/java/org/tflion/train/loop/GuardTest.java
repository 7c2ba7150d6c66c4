package org.tflion.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GuardTest {

  private static final GuardConfig CONFIG = new GuardConfig(3, 5, 16);

  private static Guard guard(Double... losses) {
    return new Guard(CONFIG, new Guard.State(0, 0, List.of(losses)));
  }

  /** A median by sorting, a deviation by the median of distances: spelled out once more. */
  private static double limit(List<Double> losses, double spike) {
    List<Double> sorted = new ArrayList<>(losses);
    Collections.sort(sorted);
    double middle = (sorted.get(7) + sorted.get(8)) / 2;
    List<Double> distances =
        new ArrayList<>(losses.stream().map(x -> Math.abs(x - middle)).toList());
    Collections.sort(distances);
    double d = 1.4826 * (distances.get(7) + distances.get(8)) / 2;
    return middle + spike * Math.max(d, 0.01 * Math.abs(middle));
  }

  @Test
  void theLimitFollowsItsEquation() {
    Random random = new Random(3);
    Guard guard = guard();
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      if (i < 16) {
        assertThat(guard.limit()).isInfinite();
      } else {
        // Both compute the same sums of doubles.
        assertThat(guard.limit()).isEqualTo(limit(losses.subList(i - 16, i), 5));
      }
      double loss = 3 + random.nextGaussian();
      losses.add(loss);
      guard.accept(loss);
    }
  }

  @Test
  void halfOfTheLossesMayBeWild() {
    Double[] losses = new Double[16];
    Arrays.setAll(losses, i -> i < 9 ? 2 + 0.1 * i : 1e9);
    assertThat(guard(losses).limit()).isLessThan(10);
  }

  @Test
  void losesThatHardlyDifferLeaveRoom() {
    assertThat(guard(Collections.nCopies(16, 2.0).toArray(Double[]::new)).limit())
        .isCloseTo(2.1, within(1e-12));
  }

  /** The finding that this is for: one bad loss in the statistics, and clean steps were skipped. */
  @Test
  void whatWasLeftOutNeverCounts() {
    Guard guard = guard(Collections.nCopies(16, 2.0).toArray(Double[]::new));
    double before = guard.limit();
    guard.skip();
    guard.skip();
    assertThat(guard.limit()).isEqualTo(before);
    assertThat(guard.gaveUp()).isFalse();
    guard.accept(2);
    assertThat(guard.state().inARow()).isZero();
    assertThat(guard.state().skipped()).isEqualTo(2);
    guard.skip();
    guard.skip();
    assertThat(guard.gaveUp()).isFalse();
    guard.skip();
    assertThat(guard.gaveUp()).isTrue();
  }

  @Test
  void isOffByDefault() {
    Guard off =
        new Guard(new GuardConfig(3, 0, 16), new Guard.State(0, 0, Collections.nCopies(16, 2.0)));
    assertThat(off.limit()).isInfinite();
  }

  @Test
  void goesOnFromItsState() {
    Guard guard = guard();
    for (int i = 0; i < 20; i++) {
      guard.accept(i);
    }
    guard.skip();
    Guard again = new Guard(CONFIG, guard.state());
    assertThat(again.limit()).isEqualTo(guard.limit());
    assertThat(again.state()).isEqualTo(guard.state());
    assertThat(again.state().losses()).hasSize(16).startsWith(4.0);
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GuardConfig(0, 0, 16))
        .withMessageContaining("guard.max_skipped");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GuardConfig(1, -1, 16))
        .withMessageContaining("guard.spike");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GuardConfig(1, Double.NaN, 16))
        .withMessageContaining("guard.spike");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GuardConfig(1, 0, 15))
        .withMessageContaining("guard.window");
  }
}
