package org.tflion.cli.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Session;
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
 * A rule over float32 resource variables with random weights and gradients, ready to be timed.
 *
 * <p>Gradients lie in variables of their own, so that nothing but the update runs.
 */
public final class UpdateSession implements AutoCloseable {

  /** Columns of every matrix: large enough for Adafactor to factor it. */
  private static final long COLUMNS = 1024;

  private final Graph graph = new Graph();
  private final Session session;
  private final Op update;
  private final long parameters;
  private final long slotElements;

  /**
   * Builds the graph and initialises it.
   *
   * @param rule what to time
   * @param compiled whether XLA compiles the update
   * @param parameters in all; at least 1,024 for each tensor
   * @param tensors matrices that they are divided among
   */
  public UpdateSession(Rule rule, boolean compiled, long parameters, int tensors) {
    Require.that(tensors > 0, "bench: tensors must be above 0", tensors);
    long rows = parameters / tensors / COLUMNS;
    Require.that(
        rows > 0, "bench: params must be at least " + COLUMNS + " for each tensor", parameters);
    Shape shape = Shape.of(rows, COLUMNS);
    this.parameters = rows * COLUMNS * tensors;
    this.slotElements =
        tensors * rule.slots(shape).stream().mapToLong(slot -> slot.shape().size()).sum();
    Ops tf = Ops.create(graph);
    List<Trainable<?>> trainables = new ArrayList<>();
    for (int i = 0; i < tensors; i++) {
      Weight<TFloat32> weight = filled(tf, "w" + i, shape, i);
      Map<String, Weight<TFloat32>> slots = new HashMap<>();
      for (Slot slot : rule.slots(shape)) {
        slots.put(slot.name(), slot.beside(tf, weight, "w" + i + "-" + slot.name()));
      }
      trainables.add(new Trainable<>(weight, filled(tf, "g" + i, shape, -1 - i).read(tf), slots));
    }
    Weight<TInt64> counter =
        trainables.get(0).weight().sibling(tf, "updates", Shape.scalar(), TInt64.class);
    Updater updater = new Updater(rule, UpdateOptions.DEFAULT.withCompiled(compiled));
    update = updater.add(tf, trainables, counter, List.of()).op();
    session = new Session(graph);
    session.initialize();
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

  /** Runs one update of everything. */
  public void run() {
    session.run(update);
  }

  /** Parameters that one run updates. */
  public long parameters() {
    return parameters;
  }

  /** Slot elements kept for each parameter. */
  public double slotElementsPerParameter() {
    return (double) slotElements / parameters;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
