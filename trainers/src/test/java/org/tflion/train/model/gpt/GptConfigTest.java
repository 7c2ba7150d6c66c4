package org.tflion.train.model.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GptConfigTest {

  @Test
  void refusesNumbersOutOfRange() {
    refused(
        "model.layers",
        () -> new GptConfig(0, 4, 128, 64, "learned", "layernorm", "gelu", true, 0, 0, 0));
    refused(
        "model.heads",
        () -> new GptConfig(4, 0, 128, 64, "learned", "layernorm", "gelu", true, 0, 0, 0));
    refused(
        "model.width",
        () -> new GptConfig(4, 4, 0, 64, "learned", "layernorm", "gelu", true, 0, 0, 0));
    refused(
        "model.context",
        () -> new GptConfig(4, 4, 128, 0, "learned", "layernorm", "gelu", true, 0, 0, 0));
    refused(
        "model.positions",
        () -> new GptConfig(4, 4, 128, 64, "sine", "layernorm", "gelu", true, 0, 0, 0));
    refused(
        "model.norm",
        () -> new GptConfig(4, 4, 128, 64, "learned", "batchnorm", "gelu", true, 0, 0, 0));
    refused(
        "model.activation",
        () -> new GptConfig(4, 4, 128, 64, "learned", "layernorm", "relu", true, 0, 0, 0));
    refused(
        "model.head_width",
        () -> new GptConfig(4, 4, 128, 64, "learned", "layernorm", "gelu", true, -1, 0, 0));
    refused(
        "model.vocabulary",
        () -> new GptConfig(4, 4, 128, 64, "learned", "layernorm", "gelu", true, 0, 0, -1));
    refused(
        "model.heads must divide model.width 128",
        () -> new GptConfig(4, 5, 128, 64, "learned", "layernorm", "gelu", true, 0, 0, 0));
    refused(
        "rope needs an even head width (got 3)",
        () -> new GptConfig(4, 4, 12, 64, "rope", "layernorm", "gelu", true, 0, 0, 0));
    refused(
        "rope needs an even head width (got 33)",
        () -> new GptConfig(4, 4, 128, 64, "rope", "layernorm", "gelu", true, 33, 0, 0));
  }

  @Test
  void refusesMoreParametersThanAnyMachineHolds() {
    int most = Integer.MAX_VALUE;
    String message = "model.width must keep the model within 1e12 parameters";
    refused(
        message,
        () -> new GptConfig(most, 1, most, 1, "rope", "rmsnorm", "gelu", true, 2, 0, most));
    refused(
        message,
        () -> new GptConfig(1, 1, 1_000, most, "learned", "rmsnorm", "gelu", true, 0, 0, 0));
  }

  @Test
  void aHeadHasItsOwnWidthOrAnEqualShare() {
    assertThat(
            new GptConfig(4, 4, 128, 64, "learned", "layernorm", "gelu", true, 0, 0, 0)
                .widthOfHead())
        .isEqualTo(32);
    assertThat(
            new GptConfig(4, 4, 12, 64, "learned", "rmsnorm", "gelu_tanh", true, 0, 0, 300)
                .widthOfHead())
        .isEqualTo(3);
    assertThat(
            new GptConfig(4, 5, 128, 64, "rope", "rmsnorm", "geglu", true, 30, 0, 0).widthOfHead())
        .isEqualTo(30);
  }

  private static void refused(String message, ThrowingCallable construction) {
    assertThatIllegalArgumentException().isThrownBy(construction).withMessageContaining(message);
  }
}
