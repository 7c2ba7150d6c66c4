package org.tflion.tpu.lower;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;
import org.tflion.tpu.wire.HloComputationProto;
import org.tflion.tpu.wire.HloInputOutputAliasProto.AliasEntryProto;
import org.tflion.tpu.wire.HloInstructionProto;
import org.tflion.tpu.wire.HloModuleProto;
import org.tflion.tpu.wire.ShapeProto;

/** Checks a dumped module and names its parameters. */
final class HloModules {

  /** Calls that XLA itself resolves on every platform. */
  private static final Set<String> PORTABLE =
      Set.of("Sharding", "SPMDFullToShardShape", "SPMDShardToFullShape");

  private static final Set<String> HOST =
      Set.of("infeed", "outfeed", "send", "recv", "send-done", "recv-done");

  /** The number in {@code xla.PrimitiveType}. */
  static final int TUPLE = 13;

  private HloModules() {}

  static Lowered name(HloModuleProto module, ByteString bytes, List<NodeDef> inputs) {
    module.getComputationsList().forEach(HloModules::refuseHostAndDynamic);
    List<ShapeProto> parameters = module.getHostProgramShape().getParametersList();
    if (parameters.size() != inputs.size()) {
      throw new LoweringException(
          "Lowering: the program has "
              + parameters.size()
              + " parameters for "
              + inputs.size()
              + " arguments; build arguments whose value shapes depend on into the step as"
              + " constants");
    }
    List<Argument> arguments = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      arguments.add(argument(inputs.get(i), parameters.get(i), alias(module, i)));
    }
    ShapeProto result = module.getHostProgramShape().getResult();
    boolean several = result.getElementType() == TUPLE;
    return new Lowered(bytes, arguments, several ? result.getTupleShapesCount() : 1);
  }

  private static Argument argument(NodeDef node, ShapeProto shape, OptionalInt result) {
    List<Long> built =
        StepGraph.shape(node).getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
    boolean declared = node.containsAttr("shape");
    if (declared && !built.equals(shape.getDimensionsList())) {
      throw new LoweringException(
          "Lowering: parameter "
              + node.getName()
              + " must keep its shape "
              + built
              + " (got "
              + shape.getDimensionsList()
              + ")");
    }
    return new Argument(node.getName(), shape.getElementType(), shape.getDimensionsList(), result);
  }

  private static OptionalInt alias(HloModuleProto module, int parameter) {
    for (AliasEntryProto entry : module.getInputOutputAlias().getEntriesList()) {
      if (entry.getParameterNumber() == parameter) {
        return OptionalInt.of(
            entry.getOutputShapeIndexCount() == 0 ? 0 : (int) entry.getOutputShapeIndex(0));
      }
    }
    return OptionalInt.empty();
  }

  private static void refuseHostAndDynamic(HloComputationProto computation) {
    for (HloInstructionProto instruction : computation.getInstructionsList()) {
      boolean call = instruction.getOpcode().equals("custom-call");
      if (HOST.contains(instruction.getOpcode())
          || (call && !PORTABLE.contains(instruction.getCustomCallTarget()))) {
        throw new LoweringException(
            "Lowering: "
                + source(instruction)
                + " runs on the host ("
                + (call ? instruction.getCustomCallTarget() : instruction.getOpcode())
                + "); move it out of the step");
      }
      if (isDynamic(instruction.getShape())) {
        throw new LoweringException(
            "Lowering: "
                + source(instruction)
                + " has a shape that depends on data; give it a fixed size");
      }
    }
  }

  private static boolean isDynamic(ShapeProto shape) {
    return shape.getIsDynamicDimensionList().contains(true)
        || shape.getTupleShapesList().stream().anyMatch(HloModules::isDynamic);
  }

  private static String source(HloInstructionProto instruction) {
    String operation = instruction.getMetadata().getOpName();
    return operation.isEmpty() ? instruction.getName() : operation;
  }
}
