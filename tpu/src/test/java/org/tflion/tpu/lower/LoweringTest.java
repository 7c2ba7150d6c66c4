package org.tflion.tpu.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tflion.tpu.topology.DeviceMesh;
import org.tflion.tpu.topology.Mesh;
import org.tflion.tpu.topology.NamedSharding;
import org.tflion.tpu.topology.PartitionSpec;
import org.tflion.tpu.wire.HloInstructionProto;
import org.tflion.tpu.wire.HloModuleProto;
import org.tflion.tpu.wire.OpSharding;

@Timeout(300)
class LoweringTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int F32 = 11;

  private static List<HloInstructionProto> instructions(Lowered lowered) throws Exception {
    return HloModuleProto.parseFrom(lowered.module()).getComputationsList().stream()
        .flatMap(computation -> computation.getInstructionsList().stream())
        .toList();
  }

  @Test
  void aStepBecomesOneProgramThatUpdatesItsVariablesInPlace() throws Exception {
    var sharding =
        new NamedSharding(
            DeviceMesh.rowMajor(Mesh.parse("fsdp=4")), PartitionSpec.of("fsdp", null));
    Lowered lowered = Lowering.lower(LionStep.build(sharding, (tf, y) -> y), LIMIT);
    assertThat(lowered.results()).isEqualTo(3);
    List<Argument> arguments = lowered.arguments();
    assertThat(arguments).extracting(Argument::name).containsExactly("x", "w", "m");
    assertThat(arguments).extracting(Argument::type).containsOnly(F32);
    assertThat(arguments)
        .extracting(Argument::shape)
        .containsExactly(List.of(16L, 8L), List.of(8L, 4L), List.of(8L, 4L));
    assertThat(arguments)
        .extracting(Argument::result)
        .containsExactly(OptionalInt.empty(), OptionalInt.of(1), OptionalInt.of(2));
    // w, m and, through the gradient of the mark, the gradient of w
    List<OpSharding> marks =
        instructions(lowered).stream()
            .filter(instruction -> instruction.getCustomCallTarget().equals("Sharding"))
            .map(HloInstructionProto::getSharding)
            .toList();
    assertThat(marks)
        .hasSizeGreaterThanOrEqualTo(2)
        .containsOnly(OpSharding.parseFrom(sharding.opSharding(2)));
  }

  @Test
  void cutsArgumentsAndTheResultsThatReplaceThem() throws Exception {
    DeviceMesh mesh = DeviceMesh.rowMajor(Mesh.parse("data=2,fsdp=2"));
    var rows = new NamedSharding(mesh, PartitionSpec.of("data", null));
    var columns = new NamedSharding(mesh, PartitionSpec.of(null, "fsdp"));
    Lowered whole = Lowering.lower(LionStep.build(null, (tf, y) -> y), LIMIT);
    Lowered cut = whole.cut(argument -> argument.name().equals("x") ? rows : columns);
    List<OpSharding> parameters =
        instructions(cut).stream()
            .filter(instruction -> instruction.getOpcode().equals("parameter"))
            .filter(HloInstructionProto::hasSharding)
            .map(HloInstructionProto::getSharding)
            .toList();
    OpSharding byRows = OpSharding.parseFrom(rows.opSharding(2));
    OpSharding byColumns = OpSharding.parseFrom(columns.opSharding(2));
    assertThat(parameters).containsExactlyInAnyOrder(byRows, byColumns, byColumns);
    List<OpSharding> results =
        instructions(cut).stream()
            .filter(instruction -> instruction.getSharding().getType() == OpSharding.Type.TUPLE)
            .flatMap(instruction -> instruction.getSharding().getTupleShardingsList().stream())
            .toList();
    OpSharding wholeLoss = OpSharding.getDefaultInstance();
    assertThat(results).containsExactly(wholeLoss, byColumns, byColumns);
    // x w and, for the gradient by w, x^T dy: two products of 16 x 8 x 4.
    assertThat(cut.matrixFlops()).isEqualTo(2 * 2.0 * 16 * 8 * 4);
    var third = new NamedSharding(DeviceMesh.rowMajor(Mesh.parse("fsdp=3")), columns.spec());
    assertThatThrownBy(() -> whole.cut(argument -> third))
        .hasMessageContaining("dimension 1 of x must divide into 3 equal shards");
  }

  /** Variables that are together larger than the machine. */
  @Test
  void needsNoMemoryForVariables() throws Exception {
    long machine =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    long width = Math.min(machine / 4 * 3 / (8 * 4), 1L << 30);
    Lowered lowered = Lowering.lower(LionStep.build(Shape.of(8, width), null, (tf, y) -> y), LIMIT);
    assertThat(lowered.arguments().get(1).shape()).containsExactly(8L, width);
  }

  @Test
  void refusesAnOperationOfTheHostByName() {
    StepGraph step =
        LionStep.build(
            null,
            (tf, y) -> {
              var text = tf.withName("to_text").dtypes.asString(y);
              return tf.math.mul(y, tf.stopGradient(tf.strings.toNumber(text, TFloat32.class)));
            });
    assertThatThrownBy(() -> Lowering.lower(step, LIMIT))
        .isInstanceOf(LoweringException.class)
        .hasMessageStartingWith("Lowering: ")
        .hasMessageContaining("AsString");
  }

  @Test
  void refusesAShapeThatDependsOnDataByName() {
    StepGraph step =
        LionStep.build(
            null,
            (tf, y) -> {
              var found = tf.withName("find").where(tf.math.greater(y, tf.constant(0f))); // [n, 2]
              var sum = tf.reduceSum(tf.dtypes.cast(found, TFloat32.class), tf.array(0, 1));
              return tf.math.mul(y, sum);
            });
    assertThatThrownBy(() -> Lowering.lower(step, LIMIT))
        .isInstanceOf(LoweringException.class)
        .hasMessageContaining("find")
        .hasMessageContaining("depends on data");
  }

  @Test
  void refusesPlaceholdersWithoutAStaticShapeByName() {
    GraphDef graph;
    try (Graph built = new Graph()) {
      Ops tf = Ops.create(built);
      tf.withName("ids").placeholder(TInt64.class, Placeholder.shape(Shape.of(-1, 3)));
      graph =
          LionStep.build(null, (t, y) -> y).graph().toBuilder()
              .mergeFrom(built.toGraphDef())
              .build();
    }
    assertThatThrownBy(() -> new StepGraph(graph, "step"))
        .hasMessage(
            "StepGraph: placeholder ids must have a static shape; give it one when building the"
                + " graph (got [-1, 3])");
  }

  @Test
  void refusesACallThatIsNotThereOrNotCompiled() {
    GraphDef graph = LionStep.build(null, (tf, y) -> y).graph();
    assertThatThrownBy(() -> new StepGraph(graph, "other")).hasMessageContaining("(got other)");
    assertThatThrownBy(() -> new StepGraph(graph, "w")).hasMessageContaining("(got VarHandleOp w)");
  }

  @Test
  void endsTheChildWhenTimeIsUp() {
    StepGraph step = LionStep.build(null, (tf, y) -> y);
    assertThatThrownBy(() -> Lowering.lower(step, Duration.ofMillis(1)))
        .hasMessage("Lowering: the step must lower within PT0.001S");
  }
}
