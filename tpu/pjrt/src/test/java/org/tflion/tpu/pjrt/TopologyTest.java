package org.tflion.tpu.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.compile.Collective;
import org.tflion.tpu.compile.Cost;
import org.tflion.tpu.compile.MemoryStats;
import org.tflion.tpu.wire.HloComputationProto;
import org.tflion.tpu.wire.HloInstructionProto;
import org.tflion.tpu.wire.HloModuleProto;
import org.tflion.tpu.wire.HloModuleProtoWithConfig;
import org.tflion.tpu.wire.ShapeProto;

class TopologyTest {

  private static final int F32 = 11;
  private static final int BF16 = 16;

  private final FakePlugin fake = new FakePlugin();
  private final Plugin plugin = fake.load();

  @AfterEach
  void leavesNothingBehind() {
    assertThat(fake.bugs()).isEmpty();
    assertThat(fake.live()).isEmpty();
    fake.close();
  }

  @Test
  void describesDevicesThatAreNotAtHand() {
    try (Topology topology = Topology.of(plugin, "fake:2x2")) {
      assertThat(topology.platform()).isEqualTo("fake");
      assertThat(topology.platformVersion()).isEqualTo("1.2");
      assertThat(topology.attributes()).containsEntry("cores", 2L);
      List<DeviceDescription> devices = topology.devices();
      assertThat(devices).extracting(DeviceDescription::id).containsExactly(0, 1, 2, 3);
      assertThat(devices.get(2).kind()).isEqualTo("Fake v1");
      assertThat(devices.get(2).text()).isEqualTo("a fake device");
      assertThat(devices.get(2).processIndex()).isEqualTo(3);
      assertThat(devices.get(2).attributes()).containsEntry("coords", List.of(1L, 0L, 2L));
    }
  }

  @Test
  void refusesAnUnknownName() {
    assertThatThrownBy(() -> Topology.of(plugin, "v9:1x1"))
        .isInstanceOf(PjrtException.class)
        .hasMessage("PJRT_TopologyDescription_Create: unknown topology v9:1x1");
  }

  @Test
  void analysesWhatItCompiled() {
    Program program = new Program(Program.MLIR, new byte[] {1, 2, 3});
    try (Topology topology = Topology.of(plugin, "fake:2x2");
        Executable executable = topology.compile(program, CompileOptions.of(4))) {
      assertThat(executable.name()).isEqualTo("step");
      assertThat(executable.partitions()).isEqualTo(4);
      assertThat(executable.outputs()).isEqualTo(1);
      MemoryStats memory = executable.memory();
      assertThat(memory).isEqualTo(new MemoryStats(100, 90, 80, 70, 60, 150));
      assertThat(memory.total()).isEqualTo(100 + 90 - 80 + 70 + 60);
      assertThat(executable.cost()).isEqualTo(new Cost(1e6f, 2e5f, 0.5f));
      assertThat(executable.optimizedProgram().code()).containsExactly(1, 2, 3);
      assertThat(executable.serialize()).containsExactly(1, 2, 3);
      assertThatThrownBy(executable::collectives).hasMessageContaining("(got mlir)");
    }
  }

  private static HloInstructionProto instruction(String opcode, ShapeProto shape) {
    return HloInstructionProto.newBuilder().setOpcode(opcode).setShape(shape).build();
  }

  private static ShapeProto array(int type, long... dimensions) {
    ShapeProto.Builder shape = ShapeProto.newBuilder().setElementType(type);
    for (long dimension : dimensions) {
      shape.addDimensions(dimension);
    }
    return shape.build();
  }

  private static ShapeProto tuple(ShapeProto... parts) {
    return ShapeProto.newBuilder().addAllTupleShapes(List.of(parts)).build();
  }

  private static final HloModuleProto MODULE =
      HloModuleProto.newBuilder()
          .addComputations(
              HloComputationProto.newBuilder()
                  .addInstructions(instruction("parameter", array(F32, 8)))
                  .addInstructions(instruction("all-reduce", tuple(array(F32, 3, 5), array(BF16)))))
          .addComputations(
              HloComputationProto.newBuilder()
                  .addInstructions(
                      instruction("all-gather-start", tuple(array(F32, 2), array(F32, 8))))
                  .addInstructions(instruction("all-gather-done", array(F32, 8)))
                  .addInstructions(instruction("reduce-scatter", array(BF16, 16))))
          .build();

  @Test
  void findsTheCollectivesOfEveryComputation() {
    Program plain = new Program(Program.HLO, MODULE.toByteArray());
    Program wrapped =
        new Program(
            "hlo_with_config",
            HloModuleProtoWithConfig.newBuilder().setHloModule(MODULE).build().toByteArray());
    for (Program program : List.of(plain, wrapped)) {
      try (Topology topology = Topology.of(plugin, "fake:2x2");
          Executable executable = topology.compile(program, CompileOptions.of(1))) {
        assertThat(executable.collectives())
            .containsExactly(
                new Collective("all-reduce", 3 * 5 * 4 + 2),
                new Collective("all-gather", 8 * 4),
                new Collective("reduce-scatter", 16 * 2));
      }
    }
  }

  @Test
  void refusesUseAfterCloseAndClosesOnce() {
    Topology topology = Topology.of(plugin, "fake:2x2");
    topology.close();
    topology.close();
    assertThatThrownBy(topology::platform)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("TopologyDescription: it is closed; use it before close()");
  }

  @Test
  void freesNothingTwiceWhenCompilingFails() {
    Program program = new Program(Program.HLO, new byte[] {1});
    fake.fail(Function.COMPILE, StatusCode.RESOURCE_EXHAUSTED, "ran out of hbm");
    try (Topology topology = Topology.of(plugin, "fake:2x2")) {
      assertThatThrownBy(() -> topology.compile(program, CompileOptions.of(1)))
          .isInstanceOfSatisfying(
              PjrtException.class,
              e -> assertThat(e.code()).isEqualTo(StatusCode.RESOURCE_EXHAUSTED))
          .hasMessage("PJRT_Compile: ran out of hbm");
    }
  }

  @Test
  void refusesEmptyProgramsAndAssignments() {
    assertThatThrownBy(() -> new Program(Program.HLO, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CompileOptions.of(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
