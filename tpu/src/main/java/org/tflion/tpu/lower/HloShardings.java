package org.tflion.tpu.lower;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.tflion.tpu.topology.NamedSharding;
import org.tflion.tpu.wire.HloComputationProto;
import org.tflion.tpu.wire.HloInstructionProto;
import org.tflion.tpu.wire.HloModuleProto;
import org.tflion.tpu.wire.OpSharding;

/** Writes into a module how its parameters and results spread over devices. */
final class HloShardings {

  private static final OpSharding WHOLE =
      OpSharding.newBuilder().setType(OpSharding.Type.REPLICATED).build();

  private HloShardings() {}

  static ByteString cut(Lowered program, Function<Argument, NamedSharding> shardings) {
    List<OpSharding> parameters = new ArrayList<>();
    List<OpSharding> results = new ArrayList<>(Collections.nCopies(program.results(), WHOLE));
    for (Argument argument : program.arguments()) {
      NamedSharding sharding = shardings.apply(argument);
      sharding.shardShape(argument.name(), argument.shape());
      OpSharding proto = parse(sharding.opSharding(argument.shape().size()));
      parameters.add(proto);
      argument.result().ifPresent(result -> results.set(result, proto));
    }
    try {
      HloModuleProto.Builder module = HloModuleProto.parseFrom(program.module()).toBuilder();
      for (HloComputationProto.Builder computation : module.getComputationsBuilderList()) {
        if (computation.getId() == module.getEntryComputationId()) {
          mark(computation, parameters, results);
        }
      }
      return module.build().toByteString();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("Lowered: the module must be a valid program", e);
    }
  }

  private static void mark(
      HloComputationProto.Builder entry, List<OpSharding> parameters, List<OpSharding> results) {
    for (HloInstructionProto.Builder instruction : entry.getInstructionsBuilderList()) {
      if (instruction.getOpcode().equals("parameter")) {
        instruction.setSharding(parameters.get((int) instruction.getParameterNumber()));
      } else if (instruction.getId() == entry.getRootId()) {
        boolean several = instruction.getShape().getElementType() == HloModules.TUPLE;
        instruction.setSharding(several ? tuple(results) : results.get(0));
      }
    }
  }

  private static OpSharding tuple(List<OpSharding> parts) {
    return OpSharding.newBuilder()
        .setType(OpSharding.Type.TUPLE)
        .addAllTupleShardings(parts)
        .build();
  }

  private static OpSharding parse(byte[] bytes) {
    try {
      return OpSharding.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e); // written by NamedSharding
    }
  }
}
