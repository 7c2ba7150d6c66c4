package org.tflion.train.step;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tflion.optim.Slot;
import org.tflion.optim.Trainable;
import org.tflion.optim.Update;
import org.tflion.optim.Updater;
import org.tflion.optim.Weight;
import org.tflion.train.data.Batch;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameters;

/**
 * One training step: batch, loss, gradients, clip, update, in a single run of a session.
 *
 * <p>The graph is built once. Weights, slots and the counter of updates are resource variables of
 * the session, which {@link #save} and {@link #restore} carry to disk and back.
 */
public final class TrainStep implements AutoCloseable {

  /**
   * What one step reports.
   *
   * @param loss mean over the batch, before the update
   * @param learningRate used by the update
   * @param gradientNorm before clipping
   */
  public record Report(double loss, double learningRate, double gradientNorm) {}

  private record Nodes(
      Placeholder<TInt32> batch,
      Output<TFloat32> loss,
      Output<TFloat32> evaluated,
      Update update) {}

  private final ModelGraph<Nodes> graph;

  /**
   * Builds the step; weights start at the model's first values, slots at zero.
   *
   * @param model what to train
   * @param config rule, rates and compilation
   * @param size rows of a batch
   * @param length tokens of a row, inputs and the last target
   * @param seed of the first weights
   */
  public TrainStep(Model model, StepConfig config, int size, int length, long seed) {
    Shape shape = Shape.of(size, length);
    graph = ModelGraph.build(tf -> built(tf, model, config, shape, seed));
  }

  private static ModelGraph.Built<Nodes> built(
      Ops tf, Model model, StepConfig config, Shape shape, long seed) {
    var batch = tf.placeholder(TInt32.class, Placeholder.shape(shape)); // [B, T + 1]
    Variables weights = Variables.create(tf, model, seed);
    Parameters<TFloat32> values = weights.read(tf);

    LossFunction forward = new LossFunction(model, config.jit().compilesStep());
    LossFunction.Gradients gradients = forward.gradients(tf, values, batch);
    Output<TFloat32> loss = gradients.loss(); // []
    Output<TFloat32> evaluated = forward.loss(tf, values, batch); // []

    Updater updater = new Updater(config.rule(), config.options(model));
    List<Trainable<?>> trainables = trainables(tf, updater, weights, gradients);
    Weight<TInt64> updates =
        trainables.get(0).weight().sibling(tf, "updates", Shape.scalar(), TInt64.class);
    Update update = updater.add(tf, trainables, updates, List.of(loss));

    return new ModelGraph.Built<>(
        new Nodes(batch, loss, evaluated, update), state(trainables, updates));
  }

  private static List<Trainable<?>> trainables(
      Ops tf, Updater updater, Variables weights, LossFunction.Gradients gradients) {
    List<Trainable<?>> trainables = new ArrayList<>();
    weights
        .byName()
        .forEach(
            (name, weight) -> {
              Map<String, Weight<TFloat32>> slots = new LinkedHashMap<>();
              for (Slot slot : updater.rule().slots(weight.shape())) {
                slots.put(slot.name(), slot.beside(tf, weight, name + "-" + slot.name()));
              }
              trainables.add(new Trainable<>(weight, gradients.by(name), slots));
            });
    return trainables;
  }

  /** Everything that makes two steps differ, under the names that checkpoints use. */
  private static Map<String, Weight<?>> state(
      List<Trainable<?>> trainables, Weight<TInt64> updates) {
    Map<String, Weight<?>> state = new LinkedHashMap<>();
    state.put("updates", updates);
    for (Trainable<?> trainable : trainables) {
      String name = trainable.weight().name();
      state.put(StateTensor.WEIGHTS + name, trainable.weight());
      trainable.slots().forEach((slot, value) -> state.put(StateTensor.slot(slot, name), value));
    }
    return state;
  }

  /** Trains on one batch. */
  public Report run(Batch tokens) {
    Nodes nodes = graph.nodes();
    try (TInt32 fed = Feeds.tensor(tokens);
        Result result =
            graph
                .session()
                .runner()
                .feed(nodes.batch(), fed)
                .addTarget(nodes.update().op())
                .fetch(nodes.loss())
                .fetch(nodes.update().learningRate())
                .fetch(nodes.update().gradientNorm())
                .run()) {
      return new Report(
          ((TFloat32) result.get(0)).getFloat(),
          ((TFloat64) result.get(1)).getDouble(),
          ((TFloat64) result.get(2)).getDouble());
    }
  }

  /** Mean loss of one batch, without training. */
  public double evaluate(Batch tokens) {
    Nodes nodes = graph.nodes();
    try (TInt32 fed = Feeds.tensor(tokens);
        Result result =
            graph.session().runner().feed(nodes.batch(), fed).fetch(nodes.evaluated()).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  /** Writes weights, slots and the counter of updates as a TensorFlow bundle. */
  public void save(Path prefix) {
    graph.bundle().save(graph.session(), prefix);
  }

  /** Copies weights, slots and the counter of updates, to be written while steps go on. */
  public Snapshot snapshot() {
    return graph.bundle().snapshot(graph.session());
  }

  /** What {@link #save} writes. */
  public List<StateTensor> tensors() {
    return graph.bundle().tensors();
  }

  /**
   * Goes back to what {@link #save} wrote.
   *
   * @throws org.tensorflow.exceptions.TensorFlowException if a file is missing or damaged, or a
   *     name or shape differs
   */
  public void restore(Path prefix) {
    graph.bundle().restore(graph.session(), prefix);
  }

  /**
   * Goes back in some of the tensors to what {@link #save} wrote.
   *
   * @param names of {@link #tensors}; none leaves everything as it is
   * @throws org.tensorflow.exceptions.TensorFlowException as {@link #restore(Path)}
   */
  public void restore(Path prefix, Set<String> names) {
    if (!names.isEmpty()) {
      graph.bundle().restore(graph.session(), prefix, names);
    }
  }

  /** What was built, for whoever looks into it. */
  Graph graph() {
    return graph.graph();
  }

  @Override
  public void close() {
    graph.close();
  }
}
