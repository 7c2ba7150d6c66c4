package org.tflion.discovery.lower;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
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
import org.tflion.optim.RuleOptimizer;
import org.tflion.optim.UpdateOptions;

/** Two leaves of weights in a TensorFlow graph, of six and three elements, under an optimizer. */
final class Tree<T extends TNumber> implements AutoCloseable {

  private static final List<Shape> SHAPES = List.of(Shape.of(2, 3), Shape.of(3));

  private final Graph graph = new Graph();
  private final Session session;
  private final List<Placeholder<T>> gradients = new ArrayList<>();
  private final List<Output<T>> variables = new ArrayList<>();
  private final RuleOptimizer optimizer;
  private final Op train;

  /**
   * Builds the graph.
   *
   * @param initial nine weights, all leaves in a row
   */
  Tree(
      Class<T> type,
      double[] initial,
      boolean compiled,
      BiFunction<Graph, UpdateOptions, RuleOptimizer> made) {
    Ops tf = Ops.create(graph);
    optimizer =
        made.apply(
            graph,
            UpdateOptions.DEFAULT.withCompiled(compiled).withDecayMask((name, shape) -> true));
    List<GradAndVar<? extends TType>> pairs = new ArrayList<>();
    for (int leaf = 0; leaf < SHAPES.size(); leaf++) {
      Shape shape = SHAPES.get(leaf);
      var variable = tf.withName("w" + leaf).variable(shape, type);
      Ops init = tf.withInitScope();
      Operand<T> start =
          init.dtypes.cast(init.constant(shape, DataBuffers.of(part(initial, leaf))), type);
      init.assign(variable, start);
      var gradient = tf.placeholder(type, Placeholder.shape(shape));
      variables.add(variable.asOutput());
      gradients.add(gradient);
      pairs.add(new GradAndVar<>(gradient.asOutput(), variable.asOutput()));
    }
    train = optimizer.applyGradients(pairs, "train");
    session = new Session(graph);
    session.initialize();
  }

  private static double[] part(double[] all, int leaf) {
    int from = leaf == 0 ? 0 : (int) SHAPES.get(0).size();
    return java.util.Arrays.copyOfRange(all, from, from + (int) SHAPES.get(leaf).size());
  }

  void step(double[] gradient) {
    Session.Runner runner = session.runner().addTarget(train);
    List<TType> fed = new ArrayList<>();
    for (int leaf = 0; leaf < gradients.size(); leaf++) {
      TType tensor = tensor(gradients.get(leaf).type(), SHAPES.get(leaf), part(gradient, leaf));
      runner.feed(gradients.get(leaf), tensor);
      fed.add(tensor);
    }
    runner.run().close();
    fed.forEach(TType::close);
  }

  private static TType tensor(Class<?> type, Shape shape, double[] values) {
    if (type == TFloat64.class) {
      return TFloat64.tensorOf(shape, DataBuffers.of(values));
    }
    float[] single = new float[values.length];
    for (int i = 0; i < single.length; i++) {
      single[i] = (float) values[i];
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(single));
  }

  double[] weights() {
    return read(variables);
  }

  /** A slot of every leaf. */
  double[] slot(String name) {
    List<Output<T>> slots = new ArrayList<>();
    variables.forEach(
        variable -> slots.add(optimizer.getSlot(variable, name).orElseThrow().asOutput()));
    return read(slots);
  }

  boolean hasSlot(String name) {
    return optimizer.getSlot(variables.get(0), name).isPresent();
  }

  private double[] read(List<Output<T>> outputs) {
    Session.Runner runner = session.runner();
    outputs.forEach(runner::fetch);
    List<Double> values = new ArrayList<>();
    try (Result result = runner.run()) {
      for (int i = 0; i < outputs.size(); i++) {
        if (result.get(i) instanceof TFloat64 wide) {
          wide.scalars().forEach(scalar -> values.add(scalar.getDouble()));
        } else {
          ((TFloat32) result.get(i))
              .scalars()
              .forEach(scalar -> values.add((double) scalar.getFloat()));
        }
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
