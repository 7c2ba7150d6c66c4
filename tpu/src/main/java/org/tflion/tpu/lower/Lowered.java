package org.tflion.tpu.lower;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.function.Function;
import org.tflion.tpu.topology.NamedSharding;

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

  /**
   * Returns the same program with its arguments cut for several devices. XLA's partitioner cuts the
   * rest to fit. A result that takes over the memory of an argument is cut like it; the others stay
   * whole.
   *
   * @param shardings of each argument
   * @throws IllegalArgumentException if a dimension of an argument does not divide
   */
  public Lowered cut(Function<Argument, NamedSharding> shardings) {
    return new Lowered(HloShardings.cut(this, shardings), arguments, results);
  }

  /** Returns the floating point operations of its matrix products, two for each product and sum. */
  public double matrixFlops() {
    return MatrixFlops.of(module);
  }
}
