package org.tflion.tpu.pjrt;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.tflion.tpu.compile.Collective;
import org.tflion.tpu.wire.HloComputationProto;
import org.tflion.tpu.wire.HloInstructionProto;
import org.tflion.tpu.wire.HloModuleProto;
import org.tflion.tpu.wire.HloModuleProtoWithConfig;
import org.tflion.tpu.wire.ShapeProto;

/** Finds the collectives of an HLO module, each once as it stands, whatever loops surround it. */
final class Collectives {

  private static final Set<String> KINDS =
      Set.of(
          "all-reduce",
          "all-gather",
          "reduce-scatter",
          "all-to-all",
          "collective-permute",
          "collective-broadcast");

  /** Bits of each {@code xla.PrimitiveType}, by its number. */
  private static final int[] BITS = {
    0, 8, 8, 16, 32, 64, 8, 16, 32, 64, 16, 32, 64, 0, 0, 64, 16, 0, 128, 8, 8, 4, 4, 8, 8, 8
  };

  private Collectives() {}

  static List<Collective> of(Program program) {
    List<Collective> found = new ArrayList<>();
    for (HloComputationProto computation : module(program).getComputationsList()) {
      for (HloInstructionProto instruction : computation.getInstructionsList()) {
        String opcode = instruction.getOpcode();
        boolean start = opcode.endsWith("-start");
        String kind = start ? opcode.substring(0, opcode.length() - "-start".length()) : opcode;
        if (KINDS.contains(kind)) {
          found.add(new Collective(kind, bytes(result(kind, start, instruction.getShape()))));
        }
      }
    }
    return found;
  }

  private static HloModuleProto module(Program program) {
    try {
      return switch (program.format()) {
        case Program.HLO -> HloModuleProto.parseFrom(program.code());
        case "hlo_with_config" -> HloModuleProtoWithConfig.parseFrom(program.code()).getHloModule();
        default ->
            throw new IllegalArgumentException(
                "Executable: the optimized program must be HLO to be searched for collectives"
                    + " (got "
                    + program.format()
                    + ")");
      };
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("Executable: the optimized program must be valid HLO", e);
    }
  }

  /** The first half of a split gather or permute yields its operand and its result, as a tuple. */
  private static ShapeProto result(String kind, boolean start, ShapeProto shape) {
    boolean pair = start && !kind.equals("all-reduce") && shape.getTupleShapesCount() > 1;
    return pair ? shape.getTupleShapes(1) : shape;
  }

  private static long bytes(ShapeProto shape) {
    long bytes = 0;
    for (ShapeProto part : shape.getTupleShapesList()) {
      bytes += bytes(part);
    }
    int type = shape.getElementType();
    long bits = type < BITS.length ? BITS[type] : 8;
    for (long dimension : shape.getDimensionsList()) {
      bits *= dimension;
    }
    return bytes + bits / 8;
  }
}
