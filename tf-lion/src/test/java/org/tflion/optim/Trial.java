package org.tflion.optim;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/** One variable named "w" under an optimizer, with gradients that the test chooses. */
final class Trial<T extends TNumber> implements AutoCloseable {

  /** What a trial varies besides the optimizer. */
  record Setting(Kind kind, Class<? extends TNumber> type, boolean compiled) {

    static List<Setting> all() {
      return List.of(
          new Setting(Kind.REF, TFloat32.class, false),
          new Setting(Kind.REF, TFloat32.class, true),
          new Setting(Kind.RESOURCE, TFloat32.class, false),
          new Setting(Kind.RESOURCE, TFloat32.class, true),
          new Setting(Kind.REF, TFloat64.class, false),
          new Setting(Kind.REF, TFloat64.class, true),
          new Setting(Kind.RESOURCE, TFloat64.class, false),
          new Setting(Kind.RESOURCE, TFloat64.class, true));
    }

    boolean isDouble() {
      return type == TFloat64.class;
    }
  }

  final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Class<T> type;
  private final Shape shape;
  private final Placeholder<T> gradient;
  private final Op update;
  private final Session session;
  private final Map<String, Operand<TFloat64>> reads = new HashMap<>();

  Trial(
      Setting setting,
      Shape shape,
      double[] initial,
      UpdateOptions options,
      BiFunction<Graph, UpdateOptions, RuleOptimizer> optimizer) {
    @SuppressWarnings("unchecked")
    Class<T> chosen = (Class<T>) setting.type();
    this.type = chosen;
    this.shape = shape;
    Ops init = tf.withInitScope();
    Operand<T> start = init.dtypes.cast(init.constant(shape, DataBuffers.of(initial)), chosen);
    Output<?> variable = setting.kind().make(tf, "w", start);
    gradient = tf.placeholder(chosen, Placeholder.shape(shape));
    update =
        optimizer
            .apply(graph, options.withCompiled(setting.compiled()))
            .applyGradients(List.of(pair(gradient, variable)), "train");
    session = new Session(graph);
    session.initialize();
  }

  @SuppressWarnings("unchecked")
  private static <V extends TType> GradAndVar<V> pair(Operand<?> gradient, Output<?> variable) {
    return new GradAndVar<>((Output<V>) gradient.asOutput(), (Output<V>) variable);
  }

  /** Runs one update. */
  void step(double[] values) {
    try (Tensor fed = tensor(values)) {
      session.runner().feed(gradient, fed).addTarget(update).run().close();
    }
  }

  /** The value of "w", or of a slot such as "w-momentum". */
  double[] value(String name) {
    Operand<TFloat64> read =
        reads.computeIfAbsent(
            name, key -> tf.dtypes.cast(Kind.<T>read(graph, tf, key), TFloat64.class));
    try (var result = session.runner().fetch(read).run()) {
      TFloat64 tensor = (TFloat64) result.get(0);
      double[] values = new double[(int) tensor.size()];
      tensor.copyTo(
          org.tensorflow.ndarray.NdArrays.wrap(
              tensor.shape(), DataBuffers.of(values, false, false)));
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
