package org.tflion.train.model.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

class BlockTest {

  private static final int WIDTH = 8;

  /** A block that is recomputed for its gradient would else multiply by this weight for nothing. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsNeedNothingOfItsLastProduct(boolean bias) {
    Block block =
        new BlockShape(1, 2, 4, WIDTH, false, true, Activation.GELU, false, bias, 0)
            .blocks()
            .get(0);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Map<String, Operand<TFloat32>> values = new HashMap<>();
      for (Parameter parameter : block.parameters()) {
        values.put(
            parameter.name(), tf.placeholder(TFloat32.class, Placeholder.shape(parameter.shape())));
      }
      Operand<TFloat32> x = rows(tf);
      Operand<TFloat32> y =
          block.apply(tf, new Parameters<>(values), x, new Context<>(2, false, null, null));
      Output<?>[] by =
          graph.addGradients(
              "by",
              new Output<?>[] {y.asOutput()},
              new Output<?>[] {x.asOutput()},
              new Output<?>[] {rows(tf).asOutput()});
      Set<GraphOperation> needed = graph.subgraphTo(Set.of(by[0]));
      Operand<?> weight = Objects.requireNonNull(values.get("blocks.0.feed_forward.output.weight"));
      assertThat(needed)
          .filteredOn(op -> op.type().equals("MatMul") && op.input(1).equals(weight.asOutput()))
          .as("products with the last weight")
          .singleElement()
          .satisfies(op -> assertThat(op.attributes().getAttrBool("transpose_b")).isTrue());
    }
  }

  /** Of one text of two tokens. */
  private static Operand<TFloat32> rows(Ops tf) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, WIDTH)));
  }
}
