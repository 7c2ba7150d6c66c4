package org.tflion.tpu.lower;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * A training step as one XLA program.
 *
 * @param module a serialized {@code xla.HloModuleProto}
 * @param arguments its parameters, in order
 * @param results number of its results
 */
public record Lowered(ByteString module, List<Argument> arguments, int results) {

  public Lowered {
    arguments = List.copyOf(arguments);
  }
}
