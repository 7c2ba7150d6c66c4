package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.tensorflow.proto.RunOptions;

class UsualTimeTest {

  private static final long MILLI = 1_000_000;

  @Test
  void boundsStepsByTheSlowestSoFar() {
    UsualTime usual = new UsualTime(RunOptions.newBuilder().setTimeoutInMs(60_000).build());
    assertThat(usual.bound()).isEqualTo(60_000);
    usual.took(3 * MILLI);
    assertThat(usual.bound()).isEqualTo(10_000);
    usual.took(900 * MILLI);
    usual.took(3 * MILLI);
    assertThat(usual.bound()).isEqualTo(18_000);
    usual.took(9_000 * MILLI);
    assertThat(usual.bound()).isEqualTo(60_000);
  }

  @Test
  void aProcessOfItsOwnHasNoBound() {
    UsualTime usual = new UsualTime(RunOptions.getDefaultInstance());
    usual.took(3 * MILLI);
    assertThat(usual.bound()).isZero();
  }
}
