package org.tflion.tpu.lower;

import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;
import org.tflion.tpu.topology.NamedSharding;

/**
 * A training step with forward, backward and Lion: loss = mean((x w)^2), w and its momentum in
 * resource variables of shape [8, 4], x of shape [16, 8].
 */
final class LionStep {

  static final Shape WEIGHT = Shape.of(8, 4);
  static final Shape BATCH = Shape.of(16, 8);

  private LionStep() {}

  /** Builds the step; {@code change} may put another operation between x w and the loss. */
  static StepGraph build(
      @Nullable NamedSharding sharding,
      BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> change) {
    return build(WEIGHT, sharding, change);
  }

  /** The same with w of another width, [8, n]. */
  static StepGraph build(
      Shape weight,
      @Nullable NamedSharding sharding,
      BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> change) {
    try (ConcreteFunction body = ConcreteFunction.create(tf -> step(tf, weight, sharding, change));
        Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      VarHandleOp w = variable(tf, weight, "w");
      VarHandleOp m = variable(tf, weight, "m");
      var x = tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(BATCH));
      graph.attachFunction(body);
      OperationBuilder call = tf.scope().opBuilder("StatefulPartitionedCall", "step");
      call.addInputList(new Output<?>[] {x.asOutput(), w.asOutput(), m.asOutput()});
      call.setAttr("Tout", new DataType[] {DataType.DT_FLOAT});
      call.setAttr("f", body).setAttr("_XlaMustCompile", true);
      Operation built = call.build();
      return new StepGraph(graph.toGraphDef(), built.name());
    }
  }

  private static VarHandleOp variable(Ops tf, Shape shape, String name) {
    return tf.withName(name).varHandleOp(TFloat32.class, shape, VarHandleOp.sharedName(name));
  }

  private static Signature step(
      Ops tf,
      Shape weight,
      @Nullable NamedSharding sharding,
      BiFunction<Ops, Operand<TFloat32>, Operand<TFloat32>> change) {
    Placeholder<TFloat32> x = tf.placeholder(TFloat32.class, Placeholder.shape(BATCH));
    Operand<? extends TType> wHandle = resource(tf, "w");
    Operand<? extends TType> mHandle = resource(tf, "m");
    Operand<TFloat32> w = read(tf, wHandle, weight, sharding); // [8, 4]
    Operand<TFloat32> m = read(tf, mHandle, weight, sharding); // [8, 4]
    Operand<TFloat32> y = change.apply(tf, tf.linalg.matMul(x, w)); // [16, 4]
    Operand<TFloat32> loss = tf.math.mean(tf.math.square(y), tf.array(0, 1)); // []
    Operand<TFloat32> g = tf.gradients(loss, List.of(w)).dy(0); // [8, 4]
    var direction = tf.math.sign(blend(tf, 0.9f, m, g));
    var update =
        tf.assignVariableOp(wHandle, tf.math.sub(w, tf.math.mul(tf.constant(1e-4f), direction)));
    var next = tf.assignVariableOp(mHandle, blend(tf, 0.99f, m, g));
    Operand<TFloat32> done = tf.withControlDependencies(List.of(update, next)).identity(loss);
    return Signature.builder()
        .input("x", x)
        .input("w", wHandle)
        .input("m", mHandle)
        .output("loss", done)
        .build();
  }

  private static Operand<? extends TType> resource(Ops tf, String name) {
    return tf.scope()
        .opBuilder("Placeholder", name)
        .setAttr("dtype", DataType.DT_RESOURCE)
        .setAttr("shape", Shape.scalar())
        .build()
        .output(0);
  }

  private static Operand<TFloat32> read(
      Ops tf, Operand<? extends TType> handle, Shape shape, @Nullable NamedSharding sharding) {
    Operand<TFloat32> value = tf.ensureShape(tf.readVariableOp(handle, TFloat32.class), shape);
    return sharding == null ? value : Sharding.annotate(tf, value, sharding);
  }

  private static Operand<TFloat32> blend(
      Ops tf, float beta, Operand<TFloat32> old, Operand<TFloat32> fresh) {
    return tf.math.add(
        tf.math.mul(tf.constant(beta), old), tf.math.mul(tf.constant(1 - beta), fresh));
  }
}
