package org.tflion.tpu.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TpuSliceTest {

  @ParameterizedTest
  @CsvSource({
    "v2-8, v2:2x2, 4, 8, 1",
    "v3-32, v3:4x4, 16, 32, 4",
    "v4-8, v4:2x2x1, 4, 8, 1",
    "v4-16, v4:2x2x2, 8, 16, 2",
    "v5litepod-1, v5e:1x1, 1, 1, 1",
    "v5litepod-8, v5e:2x4, 8, 8, 1",
    "v5litepod-16, v5e:4x4, 16, 16, 4",
    "v5litepod-256, v5e:16x16, 256, 256, 64",
    "v5p-8, v5p:2x2x1, 4, 4, 1",
    "v5p-32, v5p:2x2x4, 16, 16, 4",
    "v5p-12288, v5p:16x16x24, 6144, 6144, 1536",
    "v6e-16, v6e:4x4, 16, 16, 4",
    "tpu7x:2x2x1, tpu7x:2x2x1, 4, 8, 1"
  })
  void countsChipsDevicesAndHosts(String text, String topology, int chips, int devices, int hosts) {
    TpuSlice slice = TpuSlice.parse(text);
    assertThat(slice).isEqualTo(TpuSlice.parse(topology));
    assertThat(slice.topologyName()).isEqualTo(topology);
    assertThat(slice.chips()).isEqualTo(chips);
    assertThat(slice.devices()).isEqualTo(devices);
    assertThat(slice.hosts()).isEqualTo(hosts);
  }

  @ParameterizedTest
  @EnumSource
  void everyOfferedSliceReadsBackFromBothOfItsNames(Generation generation) {
    int before = 0;
    for (List<Integer> shape : generation.shapes()) {
      TpuSlice slice = new TpuSlice(generation, shape);
      assertThat(TpuSlice.parse(slice.topologyName())).isEqualTo(slice);
      if (generation != Generation.TPU7X) {
        assertThat(TpuSlice.parse(slice.acceleratorType())).isEqualTo(slice);
      }
      assertThat(shape).hasSize(generation.dimensions());
      assertThat(slice.chips()).isGreaterThan(before);
      before = slice.chips();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v5e",
        "v5e:",
        "v5e:4",
        "v5e:3x3",
        "v5e:4x8x1",
        "v5e:0x0",
        "v5e:99999x1",
        "v9:2x2",
        "v4-7",
        "v5litepod-12",
        "v4-",
        "v4-99999999",
        "tpu7x-8x",
        "V5E:4x8",
        "v5e:4x8_twisted"
      })
  void refusesWhatIsNotASlice(String text) {
    assertThatThrownBy(() -> TpuSlice.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("TpuSlice: ")
        .hasMessageContaining("(got ");
  }

  @Test
  void namesTheOfferedTypesWhenTheCountIsWrong() {
    assertThatThrownBy(() -> TpuSlice.parse("v5litepod-12"))
        .hasMessage(
            "TpuSlice: the accelerator type must be one of v5litepod-1, v5litepod-4, v5litepod-8, "
                + "v5litepod-16, v5litepod-32, v5litepod-64, v5litepod-128, v5litepod-256 "
                + "(got v5litepod-12)");
  }

  @Test
  void tpu7xIsNamedByTopologyOnly() {
    assertThatThrownBy(() -> TpuSlice.parse("tpu7x-8"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tpu7x:2x2x1");
    assertThatThrownBy(TpuSlice.parse("tpu7x:2x2x1")::acceleratorType)
        .isInstanceOf(IllegalStateException.class);
  }
}
