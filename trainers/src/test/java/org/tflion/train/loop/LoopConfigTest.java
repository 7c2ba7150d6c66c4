package org.tflion.train.loop;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.config.TrainConfigs;

class LoopConfigTest {

  private static LoopConfig with(String... settings) {
    return TrainConfigs.read(null, List.of(settings)).train();
  }

  @ParameterizedTest
  @CsvSource({
    "steps, 0",
    "batch, 0",
    "log_every, 0",
    "eval_every, -1",
    "eval_batches, 0",
    "checkpoint_every, -1",
    "checkpoint_minutes, -1",
    "checkpoint_minutes, .nan",
    "checkpoint_minutes, .inf",
    "keep, 0",
    "keep_every, -1",
    "on_failed_save, shrug"
  })
  void refusesWhatIsOutOfRange(String key, String value) {
    refused("train." + key + " must be", () -> with("train." + key + "=" + value));
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
    assertThatCode(
            () ->
                with(
                    "schedule.warmup=0",
                    "train.steps=1",
                    "train.batch=1",
                    "train.seed=-1",
                    "train.log_every=1",
                    "train.eval_every=0",
                    "train.eval_batches=1",
                    "train.checkpoint_every=0",
                    "train.keep=1"))
        .doesNotThrowAnyException();
    assertThatCode(() -> new SampleConfig("a", 1, 0, 0, -1)).doesNotThrowAnyException();
  }

  private static void refused(String message, ThrowingCallable construction) {
    assertThatIllegalArgumentException().isThrownBy(construction).withMessageContaining(message);
  }
}
