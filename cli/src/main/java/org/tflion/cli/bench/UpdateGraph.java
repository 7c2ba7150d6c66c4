package org.tflion.cli.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tflion.Require;
import org.tflion.optim.Rule;
import org.tflion.optim.Slot;
import org.tflion.optim.Trainable;
import org.tflion.optim.UpdateOptions;
import org.tflion.optim.Updater;
import org.tflion.optim.Weight;

/**
 * A rule over float32 resource variables with random weights and gradients.
 *
 * <p>Gradients lie in variables of their own, so that nothing but the update runs.
 */
final class UpdateGraph implements AutoCloseable {

  /** Columns of every matrix: large enough for Adafactor to factor it. */
  private static final long COLUMNS = 1024;

  private final Graph graph = new Graph();
  private final Map<String, Weight<?>> variables = new HashMap<>();
  private final Op update;
  private final double slotElementsPerParameter;

  /**
   * Builds it.
   *
   * @param rule what updates
   * @param compiled whether XLA compiles the update
   * @param parameters in all; at least 1,024 for each tensor
   * @param tensors matrices that they are divided among
   */
  UpdateGraph(Rule rule, boolean compiled, long parameters, int tensors) {
    Shape shape = Shape.of(whole(parameters, tensors) / tensors / COLUMNS, COLUMNS);
    slotElementsPerParameter =
        rule.slots(shape).stream().mapToDouble(slot -> slot.shape().size()).sum() / shape.size();
    Ops tf = Ops.create(graph);
    List<Trainable<?>> trainables = new ArrayList<>();
    for (int i = 0; i < tensors; i++) {
      Weight<TFloat32> weight = filled(tf, "w" + i, shape, i);
      Weight<TFloat32> gradient = filled(tf, "g" + i, shape, -1 - i);
      Map<String, Weight<TFloat32>> slots = new HashMap<>();
      for (Slot slot : rule.slots(shape)) {
        String name = "w" + i + "-" + slot.name();
        slots.put(slot.name(), slot.beside(tf, weight, name));
        variables.put(name, slots.get(slot.name()));
      }
      variables.put("w" + i, weight);
      variables.put("g" + i, gradient);
      trainables.add(new Trainable<>(weight, gradient.read(tf), slots));
    }
    Weight<TInt64> counter =
        trainables.get(0).weight().sibling(tf, "updates", Shape.scalar(), TInt64.class);
    variables.put("updates", counter);
    Updater updater = new Updater(rule, UpdateOptions.DEFAULT.withCompiled(compiled));
    update = updater.add(tf, trainables, counter, List.of()).op();
  }

  /** How many of the parameters fill the rows of all tensors. */
  static long whole(long parameters, int tensors) {
    Require.that(tensors > 0, "bench: tensors must be above 0", tensors);
    long rows = parameters / tensors / COLUMNS;
    Require.that(
        rows > 0, "bench: params must be at least " + COLUMNS + " for each tensor", parameters);
    return rows * COLUMNS * tensors;
  }

  private static Weight<TFloat32> filled(Ops tf, String name, Shape shape, int seed) {
    Ops init = tf.withInitScope();
    Weight<TFloat32> weight = Weight.resource(tf, name, shape, TFloat32.class);
    weight.assign(
        init,
        init.random.statelessRandomNormal(
            init.constant(shape), init.array(seed, 7), TFloat32.class));
    return weight;
  }

  Graph graph() {
    return graph;
  }

  /** All that the update reads and writes. */
  Map<String, Weight<?>> variables() {
    return variables;
  }

  Op update() {
    return update;
  }

  /** Slot elements kept for each parameter. */
  double slotElementsPerParameter() {
    return slotElementsPerParameter;
  }

  @Override
  public void close() {
    graph.close();
  }
}
