package org.tflion.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
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
  private final Class<? extends TNumber> gradients;
  private final Shape shape;
  private final Placeholder<?> gradient;
  private final Op update;
  final RuleOptimizer optimizer;
  Session session;
  private final Map<String, Operand<TFloat64>> reads = new HashMap<>();

  Trial(
      Setting setting,
      Shape shape,
      double[] initial,
      UpdateOptions options,
      BiFunction<Graph, UpdateOptions, RuleOptimizer> optimizer) {
    @SuppressWarnings("unchecked")
    Class<T> chosen = (Class<T>) setting.type();
    this.gradients = chosen == TBfloat16.class ? TFloat32.class : chosen;
    this.shape = shape;
    Ops init = tf.withInitScope();
    Operand<T> start = init.dtypes.cast(init.constant(shape, DataBuffers.of(initial)), chosen);
    Output<?> variable = setting.kind().make(tf, "w", start);
    gradient = tf.placeholder(gradients, Placeholder.shape(shape));
    this.optimizer = optimizer.apply(graph, options.withCompiled(setting.compiled()));
    update = this.optimizer.applyGradients(List.of(pair(gradient, variable)), "train");
    session = new Session(graph);
    session.initialize();
  }

  @SuppressWarnings("unchecked")
  private static <V extends TType> GradAndVar<V> pair(Operand<?> gradient, Output<?> variable) {
    return new GradAndVar<>((Output<V>) gradient.asOutput(), (Output<V>) variable);
  }

  /** Gives "w" another value, behind the optimizer's back. */
  void load(double[] values) {
    Output<?> variable = graph.operationOrThrow("w").output(0);
    Ops init = tf.withName("loaded");
    assign(init, Weight.bfloat16(variable), values);
  }

  private void assign(Ops init, Weight<TBfloat16> weight, double[] values) {
    var value = init.dtypes.cast(init.constant(shape, DataBuffers.of(values)), TBfloat16.class);
    session.runner().addTarget(weight.assign(init, value)).run().close();
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

  /** The value of a counter, such as "Lion-updates". */
  long count(String name) {
    return count(graph, session, name);
  }

  /** A scalar that looks at the gradient, under this one. */
  double fetch(Operand<TFloat64> scalar, double[] values) {
    try (Tensor fed = tensor(values);
        var result = session.runner().feed(gradient, fed).fetch(scalar).run()) {
      return ((TFloat64) result.get(0)).getDouble();
    }
  }

  /** Saves the session, closes it, and goes on in a new one. */
  void restart(String file) {
    session.save(file);
    session.close();
    session = new Session(graph);
    session.restore(file);
  }

  /** The value of a variable of any type. */
  double[] any(String name) {
    boolean half = "DT_BFLOAT16".equals(variables().get(name));
    return half ? bfloat16(name) : value(name);
  }

  double[] bfloat16(String name) {
    return doubles(graph, session, name, TBfloat16.class);
  }

  static long count(Graph graph, Session session, String name) {
    return (long) doubles(graph, session, name, TInt64.class)[0];
  }

  static double[] floats(Graph graph, Session session, String name) {
    return doubles(graph, session, name, TFloat32.class);
  }

  static <S extends TNumber> double[] doubles(
      Graph graph, Session session, String name, Class<S> type) {
    Ops tf = Ops.create(graph);
    Output<S> variable = graph.operationOrThrow(name).output(0);
    Operand<S> read =
        graph.operationOrThrow(name).type().equals(RefWeight.OP)
            ? tf.identity(variable)
            : tf.readVariableOp(variable, type);
    try (var result = session.runner().fetch(tf.dtypes.cast(read, TFloat64.class)).run()) {
      List<Double> values = new ArrayList<>();
      ((TFloat64) result.get(0)).scalars().forEach(scalar -> values.add(scalar.getDouble()));
      return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  /** Type of every variable by its name. */
  Map<String, String> variables() {
    Map<String, String> types = new TreeMap<>();
    graph
        .operations()
        .forEachRemaining(
            op -> {
              if (op.type().equals(RefWeight.OP) || op.type().equals(ResourceWeight.OP)) {
                types.put(op.name(), op.attributes().getAttrType("dtype").name());
              }
            });
    return types;
  }

  private Tensor tensor(double[] values) {
    if (gradients == TFloat64.class) {
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
