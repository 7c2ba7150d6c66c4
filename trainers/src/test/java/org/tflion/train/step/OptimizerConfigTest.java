package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OptimizerConfigTest {

  @Test
  void refusesNumbersOutOfRange() {
    refused("optimizer.name", () -> new OptimizerConfig("adam", 1, .9, .99, 1e-8, 0, 0, "off"));
    refused(
        "optimizer.learning_rate",
        () -> new OptimizerConfig("adamw", 0, .9, .99, 1e-8, 0, 0, "off"));
    refused(
        "optimizer.learning_rate",
        () -> new OptimizerConfig("adamw", Double.NaN, .9, .99, 1e-8, 0, 0, "off"));
    refused("optimizer.beta1", () -> new OptimizerConfig("adamw", 1, 1, .99, 1e-8, 0, 0, "off"));
    refused("optimizer.beta2", () -> new OptimizerConfig("adamw", 1, .9, -1, 1e-8, 0, 0, "off"));
    refused(
        "optimizer.epsilon must be finite and above 0",
        () -> new OptimizerConfig("adamw", 1, .9, .99, 0.0, 0, 0, "off"));
    refused(
        "optimizer.epsilon must be set for adamw",
        () -> new OptimizerConfig("adamw", 1, .9, .99, null, 0, 0, "off"));
    refused(
        "optimizer.epsilon must be left out for lion",
        () -> new OptimizerConfig("lion", 1, .9, .99, 1e-8, 0, 0, "off"));
    refused(
        "optimizer.weight_decay",
        () -> new OptimizerConfig("adamw", 1, .9, .99, 1e-8, -1, 0, "off"));
    refused(
        "optimizer.clip_norm",
        () -> new OptimizerConfig("adamw", 1, .9, .99, 1e-8, 0, Double.NaN, "off"));
    refused("optimizer.jit", () -> new OptimizerConfig("adamw", 1, .9, .99, 1e-8, 0, 0, "maybe"));
  }

  @Test
  void onlyAdamwHasAnEpsilon() {
    assertThat(new OptimizerConfig("lion", 1, 0, 0, null, 0, 0, "auto").epsilon()).isNull();
    assertThat(new OptimizerConfig("adamw", 1, 0, 0, 1e-6, 0, 0, "step").epsilon()).isEqualTo(1e-6);
  }

  private static void refused(String message, ThrowingCallable construction) {
    assertThatIllegalArgumentException().isThrownBy(construction).withMessageContaining(message);
  }
}
