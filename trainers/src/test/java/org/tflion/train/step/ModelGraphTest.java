package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tflion.train.Configs;

/** A graph that could not be finished leaves no native memory behind. */
class ModelGraphTest {

  @TempDir private Path folder;

  private final List<Ops> built = new ArrayList<>();

  private void assertClosed() {
    assertThat(built).hasSize(1);
    assertThatThrownBy(() -> built.get(0).constant(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("close");
  }

  @Test
  void closesWhenBuildingFails() {
    IllegalArgumentException refused = new IllegalArgumentException("refused");
    assertThatThrownBy(
            () ->
                ModelGraph.build(
                        tf -> {
                          built.add(tf);
                          throw refused;
                        })
                    .close())
        .isSameAs(refused);
    assertClosed();
  }

  @Test
  void closesWhenTheWeightsCannotBeLoaded() {
    assertThatThrownBy(
            () ->
                ModelGraph.load(
                        new Affine(),
                        new SavedWeights(
                            folder.resolve("nothing"), Configs.optimizer("lion", 1, 0, "off")),
                        SessionConfig.standard(),
                        (tf, weights) -> {
                          built.add(tf);
                          return weights;
                        })
                    .close())
        .isInstanceOf(TensorFlowException.class);
    assertClosed();
  }
}
