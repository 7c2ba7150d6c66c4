package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tflion.train.Configs;

class OptimizerConfigTest {

  @Test
  void refusesNumbersOutOfRange() {
    refused(
        "optimizer.name", () -> new Configs.Plain("adam", 1, .9, .99, 1e-8, 0, 0, "off").config());
    refused(
        "optimizer.learning_rate",
        () -> new Configs.Plain("adamw", 0, .9, .99, 1e-8, 0, 0, "off").config());
    refused(
        "optimizer.learning_rate",
        () -> new Configs.Plain("adamw", Double.NaN, .9, .99, 1e-8, 0, 0, "off").config());
    refused(
        "optimizer.beta1",
        () -> new Configs.Plain("adamw", 1, 1.0, .99, 1e-8, 0, 0, "off").config());
    refused(
        "optimizer.beta2",
        () -> new Configs.Plain("adamw", 1, .9, -1.0, 1e-8, 0, 0, "off").config());
    refused(
        "optimizer.epsilon must be finite and above 0",
        () -> new Configs.Plain("adamw", 1, .9, .99, 0.0, 0, 0, "off").config());
    refused(
        "optimizer.epsilon must be left out for lion",
        () -> new Configs.Plain("lion", 1, .9, .99, 1e-8, 0, 0, "off").config());
    refused(
        "optimizer.weight_decay",
        () -> new Configs.Plain("adamw", 1, .9, .99, 1e-8, -1, 0, "off").config());
    refused(
        "optimizer.clip_norm",
        () -> new Configs.Plain("adamw", 1, .9, .99, 1e-8, 0, Double.NaN, "off").config());
    refused(
        "optimizer.jit",
        () -> new Configs.Plain("adamw", 1, .9, .99, 1e-8, 0, 0, "maybe").config());
  }

  @Test
  void refusesWhatAnOptimizerDoesNotHave() {
    refused(
        "optimizer.beta2 must be left out for signum, which has only [beta1]",
        () -> new Configs.Plain("signum", 1, .9, .99, null, 0, 0, "off").config());
    refused(
        "optimizer.storage must be left out for adamw",
        () -> Configs.stored(Configs.optimizer("adamw", 1, 0, "off"), "bfloat16"));
    refused(
        "optimizer.storage must be one of [exact, bfloat16, block8] (got int4)",
        () -> Configs.stored(Configs.optimizer("lion", 1, 0, "off"), "int4"));
    refused(
        "optimizer.average must be in [0, 1) (got 1.0)",
        () -> Configs.averaged(Configs.optimizer("lion", 1, 0, "off"), 1));
  }

  @Test
  void refusesGroupsThatCannotBe() {
    OptimizerConfig lion = Configs.optimizer("lion", 1, 0, "off");
    refused("must be a regular expression (got (: Unclosed group)", () -> group("(", null, null));
    refused("must be a regular expression (got )", () -> group("", null, null));
    refused(
        "a frozen group must have no optimizer and no rates (got norm)",
        () -> group("norm", true, 0.5));
    refused(
        "optimizer.learning_rate must be finite and above 0 (got -1.0)",
        () -> Configs.grouped(lion, group("norm", null, -1.0)));
  }

  private static GroupConfig group(
      String pattern, @Nullable Boolean frozen, @Nullable Double rate) {
    return new GroupConfig(pattern, frozen, null, rate, null, null, null, null);
  }

  private static void refused(String message, ThrowingCallable construction) {
    assertThatIllegalArgumentException().isThrownBy(construction).withMessageContaining(message);
  }
}
