package org.tflion.train.loop;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LoopConfigTest {

  @Test
  void refusesNumbersOutOfRange() {
    refused("train.steps", () -> new LoopConfig(0, 1, 0, -5, 1, 0, 1, 0, 1));
    refused("train.batch", () -> new LoopConfig(1, 0, 0, -5, 1, 0, 1, 0, 1));
    refused("train.log_every", () -> new LoopConfig(1, 1, 0, -5, 0, 0, 1, 0, 1));
    refused("train.eval_every", () -> new LoopConfig(1, 1, 0, -5, 1, -1, 1, 0, 1));
    refused("train.eval_batches", () -> new LoopConfig(1, 1, 0, -5, 1, 0, 0, 0, 1));
    refused("train.checkpoint_every", () -> new LoopConfig(1, 1, 0, -5, 1, 0, 1, -1, 1));
    refused("train.keep", () -> new LoopConfig(1, 1, 0, -5, 1, 0, 1, 0, 0));
  }

  @Test
  void refusesSamplesOutOfRange() {
    refused("sample.prompt", () -> new SampleConfig("", 1, 1, 0, 0));
    refused("sample.tokens", () -> new SampleConfig("a", 0, 1, 0, 0));
    refused("sample.tokens", () -> new SampleConfig("a", 1_000_001, 1, 0, 0));
    refused("sample.temperature", () -> new SampleConfig("a", 1, -1, 0, 0));
    refused("sample.temperature", () -> new SampleConfig("a", 1, Double.NaN, 0, 0));
    refused("sample.temperature", () -> new SampleConfig("a", 1, Double.POSITIVE_INFINITY, 0, 0));
    refused("sample.top_k", () -> new SampleConfig("a", 1, 1, -1, 0));
  }

  @Test
  void acceptsTheSmallestOfEverything() {
    assertThatCode(() -> new LoopConfig(1, 1, 0, -1, 1, 0, 1, 0, 1)).doesNotThrowAnyException();
    assertThatCode(() -> new SampleConfig("a", 1, 0, 0, -1)).doesNotThrowAnyException();
  }

  private static void refused(String message, ThrowingCallable construction) {
    assertThatIllegalArgumentException().isThrownBy(construction).withMessageContaining(message);
  }
}
