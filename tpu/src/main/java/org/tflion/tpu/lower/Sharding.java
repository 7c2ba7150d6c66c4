package org.tflion.tpu.lower;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;
import org.tflion.tpu.topology.NamedSharding;

/**
 * Marks how tensors of a graph spread over the devices of a mesh.
 *
 * <p>The mark is an {@code XlaSharding} operation: the identity in a session on CPUs or GPUs, and a
 * request to XLA's partitioner in a program that is lowered and compiled for several devices. Its
 * gradient carries the same mark, so a tensor and its gradient are cut alike.
 */
public final class Sharding {

  private static final String OP = "XlaSharding";

  static {
    TensorFlow.registerCustomGradient(OP, Sharding::gradient);
  }

  private Sharding() {}

  /**
   * Returns {@code x}, marked.
   *
   * @param x a tensor of known rank
   * @throws IllegalArgumentException if a dimension of known size does not divide into equal
   *     shards, or the spec has more dimensions than {@code x}
   */
  public static <T extends TType> Operand<T> annotate(
      Ops tf, Operand<T> x, NamedSharding sharding) {
    List<Long> shape =
        Arrays.stream(x.shape().asArray())
            .map(size -> Math.max(size, 0)) // an unknown size divides; XLA checks it later
            .boxed()
            .toList();
    sharding.shardShape(x.op().name(), shape);
    return mark(tf, x, sharding.opSharding(shape.size()));
  }

  private static <T extends TType> Operand<T> mark(Ops tf, Operand<T> x, byte[] bytes) {
    return tf.scope()
        .opBuilder(OP, OP)
        .addInput(x.asOutput())
        .setAttr("sharding", bytes)
        .setAttr("_XlaSharding", bytes)
        .setAttr("unspecified_dims", new long[0])
        .build()
        .output(0);
  }

  private static List<Operand<?>> gradient(Ops tf, GraphOperation op, List<Output<?>> dy) {
    // As a proto: getAttrString decodes UTF-8 and would lose device ids above 127.
    byte[] bytes = op.attributes().getAttrValueProto("sharding").getS().toByteArray();
    return List.of(mark(tf, dy.get(0), bytes));
  }
}
