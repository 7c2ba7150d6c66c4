package org.tflion.cli.verify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tflion.optim.DecayMask;
import org.tflion.optim.Rule;
import org.tflion.optim.Slot;
import org.tflion.optim.Trainable;
import org.tflion.optim.UpdateOptions;
import org.tflion.optim.Updater;
import org.tflion.optim.Weight;

/** One weight under a rule, with gradients handed in from outside. */
final class RuleRun<T extends TNumber> implements AutoCloseable {

  private final Graph graph = new Graph();
  private final Class<T> type;
  private final Shape shape;
  private final Placeholder<T> gradient;
  private final Op update;
  private final Map<String, Operand<TFloat64>> reads = new HashMap<>();
  private final Session session;

  RuleRun(Rule rule, Class<T> type, boolean compiled, Shape shape, double[] initial) {
    this.type = type;
    this.shape = shape;
    Ops tf = Ops.create(graph);
    Ops init = tf.withInitScope();
    Weight<T> weight = Weight.resource(tf, "w", shape, type);
    weight.assign(init, init.dtypes.cast(init.constant(shape, DataBuffers.of(initial)), type));
    gradient = tf.placeholder(type, Placeholder.shape(shape));
    Map<String, Weight<T>> slots = new HashMap<>();
    for (Slot slot : rule.slots(shape)) {
      slots.put(slot.name(), slot.beside(tf, weight, "w-" + slot.name()));
    }
    Weight<TInt64> counter = weight.sibling(tf, "updates", Shape.scalar(), TInt64.class);
    Trainable<T> trainable = new Trainable<>(weight, gradient, slots);
    UpdateOptions options =
        UpdateOptions.DEFAULT.withCompiled(compiled).withDecayMask(DecayMask.ALL);
    update = new Updater(rule, options).add(tf, List.of(trainable), counter, List.of()).op();
    reads.put(Rule.WEIGHT, tf.dtypes.cast(weight.read(tf), TFloat64.class));
    slots.forEach((name, slot) -> reads.put(name, tf.dtypes.cast(slot.read(tf), TFloat64.class)));
    session = new Session(graph);
    session.initialize();
  }

  /** Runs one update. */
  void step(double[] values) {
    try (Tensor fed = tensor(values)) {
      session.runner().feed(gradient, fed).addTarget(update).run().close();
    }
  }

  boolean knows(String name) {
    return reads.containsKey(name);
  }

  /** The present value of {@link Rule#WEIGHT} or of a slot. */
  double[] value(String name) {
    try (Result result = session.runner().fetch(reads.get(name)).run()) {
      double[] values = new double[(int) result.get(0).shape().size()];
      result.get(0).asRawTensor().data().asDoubles().read(values);
      return values;
    }
  }

  private Tensor tensor(double[] values) {
    if (type == TFloat64.class) {
      return TFloat64.tensorOf(shape, DataBuffers.of(values));
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(floats));
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
