package org.tflion.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchShapeTest {

  private static BatchShape text(int rows, int context) {
    return new BatchShape(rows, List.of(Feature.ints("inputs", context)));
  }

  /** A mean over 2^31 tokens ends the process inside TensorFlow. */
  @Test
  void refusesMoreNumbersThanTensorFlowCounts() {
    assertThat(text(1 << 20, 1024).rows()).isEqualTo(1 << 20);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> text(1 << 21, 1024))
        .withMessageContaining("of all rows must be below 2^31 numbers; take a smaller train.batch")
        .withMessageEndingWith("(got 2147483648)");
  }

  @Test
  void refusesNoRows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> text(0, 8))
        .withMessageContaining("rows must be above 0 (got 0)");
  }
}
