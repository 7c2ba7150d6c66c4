package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;
import org.tflion.optim.Piece;
import org.tflion.train.model.Parameter;
import org.tflion.train.shard.Partition.Part;

class PartitionTest {

  private static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.weight("long", Shape.of(23, 5), 1, "in", "out"),
          Parameter.weight("wide", Shape.of(2, 64), 1, "in", "out"),
          Parameter.weight("small", Shape.of(2, 2), 1, "in", "out"),
          Parameter.bias("first", 7, "out"),
          Parameter.bias("second", 7, "out"));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void piecesCoverEveryRowOnceAndDifferByOneAtMost(int devices) {
    Partition partition = Partition.of(PARAMETERS, devices);
    for (Parameter parameter : PARAMETERS) {
      long next = 0;
      List<Part> parts = partition.parts(parameter.name());
      for (Part part : parts) {
        if (part.piece().isPresent()) {
          Piece piece = part.piece().get();
          assertThat(piece.start()).isEqualTo(next);
          next += piece.length();
          long fair = piece.whole().get(piece.axis()) / devices;
          assertThat(piece.length()).isBetween(fair, fair + 1);
          assertThat(next <= piece.whole().get(piece.axis())).isTrue();
        } else {
          assertThat(parts).hasSize(1);
        }
      }
    }
  }

  @Test
  void cutsTheFirstAxisThatIsLongEnough() {
    Partition partition = Partition.of(PARAMETERS, 4);
    assertThat(partition.parts("long").get(1).piece())
        .contains(new Piece(Shape.of(23, 5), 0, 5, 6));
    assertThat(partition.parts("wide").get(1).piece())
        .contains(new Piece(Shape.of(2, 64), 1, 16, 16));
    assertThat(partition.parts("small").get(0).piece()).isEmpty();
  }

  @Test
  void whatIsNotCutGoesToTheDeviceThatHasLeast() {
    Partition partition = Partition.of(PARAMETERS, 4);
    // 25 + 32 numbers on the first device, 30 + 32 on the others: vectors fill the gap first.
    assertThat(partition.parts("small").get(0).owner()).isZero();
    assertThat(partition.parts("first").get(0).owner())
        .isNotEqualTo(partition.parts("second").get(0).owner());
  }

  @Test
  void refusesAMeshThatMeansNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("model=2"))
        .withMessage("shard.mesh must have axes of [data, fsdp, tensor] (got model)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config("fsdp"))
        .withMessageStartingWith("shard.mesh: ");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ShardConfig(
                    "fsdp=3", 3, "float32", "controller", List.of("a:1", "b:1"), 1, 1, false, 0))
        .withMessageContaining("as many devices as shard.workers, 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShardConfig.NONE.withWire("half"))
        .withMessage("shard.wire must be one of [float32, bfloat16] (got half)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ShardConfig("", 3, "float32", "controller", List.of("a"), 1, 1, false, 0))
        .withMessageContaining("HOST:PORT");
  }

  private static ShardConfig config(String mesh) {
    return new ShardConfig(mesh, 3, "float32", "controller", List.of(), 1, 1, false, 0);
  }
}
