package org.tflion.tpu.lower;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tflion.tpu.wire.HloComputationProto;
import org.tflion.tpu.wire.HloInstructionProto;
import org.tflion.tpu.wire.HloModuleProto;

/** Counts the work of matrix products, each once as it stands, whatever loops surround it. */
final class MatrixFlops {

  private MatrixFlops() {}

  static double of(ByteString module) {
    try {
      return HloModuleProto.parseFrom(module).getComputationsList().stream()
          .mapToDouble(MatrixFlops::of)
          .sum();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("Lowered: the module must be a valid program", e);
    }
  }

  private static double of(HloComputationProto computation) {
    Map<Long, List<Long>> shapes = new HashMap<>();
    double flops = 0;
    for (HloInstructionProto instruction : computation.getInstructionsList()) {
      List<Long> shape = instruction.getShape().getDimensionsList();
      shapes.put(instruction.getId(), shape);
      if (instruction.getOpcode().equals("dot")) {
        List<Long> left = Objects.requireNonNull(shapes.get(instruction.getOperandIds(0)));
        double inner = 2;
        for (long dimension :
            instruction.getDotDimensionNumbers().getLhsContractingDimensionsList()) {
          inner *= left.get((int) dimension);
        }
        flops += inner * shape.stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
      }
    }
    return flops;
  }
}
