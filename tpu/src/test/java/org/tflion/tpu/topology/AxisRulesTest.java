package org.tflion.tpu.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisRulesTest {

  private static PartitionSpec spec(String mesh, String... axes) {
    return new AxisRules(Mesh.parse(mesh)).spec(List.of(axes));
  }

  @Test
  void cutsTheBatchByDataAndFsdp() {
    assertThat(spec("data=2,fsdp=4", "batch", "position"))
        .isEqualTo(new PartitionSpec(List.of(List.of("data", "fsdp"), List.of())));
    assertThat(spec("fsdp=4", "batch")).isEqualTo(PartitionSpec.of("fsdp"));
    assertThat(spec("tensor=4", "batch", "position").dimensions()).containsOnly(List.of());
  }

  @Test
  void cutsMatricesByFsdpAndTensor() {
    assertThat(spec("fsdp=2,tensor=2", "width", "hidden"))
        .isEqualTo(PartitionSpec.of("fsdp", "tensor"));
    assertThat(spec("fsdp=2,tensor=2", "vocabulary", "width"))
        .isEqualTo(PartitionSpec.of("tensor", "fsdp"));
    assertThat(spec("data=8", "width", "hidden").dimensions()).containsOnly(List.of());
  }

  @Test
  void cutsNoTensorTwiceByOneAxis() {
    assertThat(spec("fsdp=2", "width", "width")).isEqualTo(PartitionSpec.of("fsdp", null));
  }

  @Test
  void leavesVectorsAndUnknownTensorsWhole() {
    assertThat(spec("fsdp=2", "width")).isEqualTo(PartitionSpec.REPLICATED);
    assertThat(spec("fsdp=2")).isEqualTo(PartitionSpec.REPLICATED);
    assertThat(spec("fsdp=2", "in", "out").dimensions()).containsOnly(List.of());
  }

  @Test
  void refusesAnAxisThatCutsNothing() {
    assertThatThrownBy(() -> spec("model=2", "width", "hidden"))
        .hasMessage("Mesh: an axis must be one of [data, fsdp, tensor] (got model)");
  }
}
