package org.tflion.tpu.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.tpu.compile.MemoryStats;
import org.tflion.tpu.topology.Generation;
import org.tflion.tpu.topology.TpuSlice;

/** Compiles for TPUs with the libtpu that TPU_LIBRARY_PATH names, on a machine without one. */
@EnabledIfEnvironmentVariable(
    named = "TPU_LIBRARY_PATH",
    matches = ".+",
    disabledReason = "set TPU_LIBRARY_PATH to the libtpu.so of the Python wheel libtpu")
class LibtpuTest {

  private static final int ROWS = 512;
  private static final int COLUMNS = 1024;
  private static final long BYTES = 4L * ROWS * COLUMNS;

  private static Plugin plugin;

  @BeforeAll
  static void load() {
    plugin =
        Plugin.loadWithoutHardware(
            Path.of(Objects.requireNonNull(System.getenv("TPU_LIBRARY_PATH"))));
  }

  @Test
  void saysWhichStableHloItReads() {
    assertThat(plugin.attributes()).containsKey("stablehlo_current_version");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"v2:2x2", "v3:2x2", "v4:2x2x1", "v5e:2x2", "v5p:2x2x1", "v6e:2x2", "tpu7x:2x2x1"})
  void compilesAShardedLionUpdateInPlace(String name) {
    TpuSlice slice = TpuSlice.parse(name);
    int devices = slice.devices();
    try (Topology topology = Topology.of(plugin, slice);
        Executable lion =
            topology.compile(LionProgram.of(ROWS, COLUMNS, devices), CompileOptions.of(devices))) {
      assertThat(lion.partitions()).isEqualTo(devices);
      MemoryStats memory = lion.memory();
      assertThat(memory.arguments()).isEqualTo(3 * BYTES / devices);
      assertThat(memory.aliased()).isEqualTo(2 * BYTES / devices);
      assertThat(memory.total()).isLessThan(slice.generation().chip().hbmBytesPerDevice());
      assertThat(lion.collectives()).isEmpty();
      assertThat(lion.cost().flops()).isPositive();
      assertThat(lion.serialize()).isNotEmpty();
    }
  }

  /** Device memory, and the order of device ids that {@code DeviceMesh.on} counts with. */
  @ParameterizedTest
  @EnumSource
  void numbersDevicesAsTheMeshDoes(Generation generation) {
    for (List<Integer> shape : generation.shapes()) {
      TpuSlice slice = new TpuSlice(generation, shape);
      try (Topology topology = Topology.of(plugin, slice)) {
        List<DeviceDescription> devices = topology.devices();
        assertThat(devices).hasSize(slice.devices());
        long limit =
            (Long)
                Objects.requireNonNull(
                    devices.get(0).attributes().get("device_memory_bytes_limit"));
        // The table rounds down by less than one part in a thousand; v4 devices share their chip.
        long share = generation == Generation.V4 ? limit / 2 : limit;
        assertThat(generation.chip().hbmBytesPerDevice()).isBetween((long) (share * 0.998), share);
        for (DeviceDescription device : devices) {
          assertThat(Generation.ofDeviceKind(device.kind())).hasValue(generation);
          assertThat(device.id()).as(slice + " " + device.text()).isEqualTo(id(slice, device));
        }
      }
    }
  }

  private static int id(TpuSlice slice, DeviceDescription device) {
    Map<String, Object> attributes = device.attributes();
    List<?> coords = (List<?>) Objects.requireNonNull(attributes.get("coords"));
    int cores = slice.generation().chip().devices();
    int id = 0;
    for (int axis = slice.shape().size() - 1; axis >= 0; axis--) {
      id = id * slice.shape().get(axis) + ((Number) coords.get(axis)).intValue();
    }
    Object core = attributes.getOrDefault("core_on_chip", 0L);
    return id * cores + ((Number) core).intValue() % cores;
  }

  @Test
  void refusesTopologiesAndProgramsWithItsOwnWords() {
    assertThatThrownBy(() -> Topology.of(plugin, "v9:2x2")).isInstanceOf(PjrtException.class);
    try (Topology topology = Topology.of(plugin, "v5e:2x2")) {
      Program broken = new Program(Program.MLIR, new byte[] {'x'});
      assertThatThrownBy(() -> topology.compile(broken, CompileOptions.of(4)))
          .isInstanceOf(PjrtException.class)
          .hasMessageStartingWith("PJRT_Compile: ");
    }
  }

  @Test
  void hasNoClientWithoutHardware() {
    assertThatThrownBy(() -> Client.of(plugin, Map.of())).isInstanceOf(PjrtException.class);
  }
}
