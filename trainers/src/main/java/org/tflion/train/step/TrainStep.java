package org.tflion.train.step;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.PlaceholderWithDefault;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tflion.Require;
import org.tflion.optim.Update;
import org.tflion.optim.Updater;
import org.tflion.optim.Weight;
import org.tflion.train.data.Batch;
import org.tflion.train.data.BatchShape;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameters;

/**
 * One training step: batch, loss, gradients, clip, update, in a single run of a session, or in one
 * run for each part of the batch and one for the update.
 *
 * <p>The graph is built once. Weights, slots and the counter of updates are resource variables of
 * the session, which {@link #save} and {@link #restore} carry to disk and back. A loss or gradient
 * that is not finite, or a loss above a limit, leaves all of them as they are, bit for bit.
 */
public final class TrainStep implements Step {

  /**
   * Where the graph is fed and asked.
   *
   * @param part number of the part that is fed, which makes its noise differ from the others'
   * @param sums of the gradients of the parts; null where a batch has one part
   * @param sum adds the gradients of a part to the sums; null where a batch has one part
   * @param finite whether the loss of a part is finite, and each gradient of it // [1 + P]
   */
  record Nodes(
      BatchFeed batch,
      PlaceholderWithDefault<TInt64> part,
      PlaceholderWithDefault<TFloat32> limit,
      @Nullable GradientSums sums,
      @Nullable Op sum,
      Operand<TFloat32> loss,
      Objective<TFloat32> evaluated,
      Operand<TBool> finite,
      Operand<TBool> updated,
      Update update,
      Op done) {}

  private final ModelGraph<Nodes> graph;
  private final List<String> names;
  private final int parts;
  private @Nullable Consumer<RunMetadata> trace;

  /**
   * Builds the step; weights start at the model's first values, slots at zero.
   *
   * @param model what to train
   * @param config rule, rates, parts and compilation
   * @param batch whose rows are a multiple of the parts
   * @param seed of the first weights and of what is random in a step
   */
  public TrainStep(Model model, StepConfig config, BatchShape batch, long seed) {
    parts = config.parts();
    Require.that(
        batch.rows() % parts == 0, "TrainStep: rows must be a multiple of the parts", batch.rows());
    BatchShape part = batch.part(parts);
    Replicas replicas = config.replicas(model, part);
    graph =
        ModelGraph.build(SessionConfig.of(replicas), tf -> built(tf, model, config, part, seed));
    names = model.parameters().stream().map(parameter -> parameter.name()).toList();
  }

  static ModelGraph.Built<Nodes> built(
      Ops tf, Model model, StepConfig config, BatchShape shape, long seed) {
    BatchFeed batch = BatchFeed.create(tf, shape);
    Variables weights = Variables.create(tf, model, seed);
    Parameters<TFloat32> values = weights.read(tf);
    Weight<TInt64> updates = weights.counter(tf);
    var number = tf.placeholderWithDefault(tf.constant(0L), Shape.scalar()); // []
    var passes = tf.math.mul(updates.read(tf), tf.constant((long) config.parts())); // []
    var noise = tf.stack(List.of(tf.constant(seed), tf.math.add(passes, number))); // [2]

    LossFunction forward =
        new LossFunction(
            model, config.compilesStep(), config.compute(), config.replicas(model, shape));
    LossFunction.Gradients part = forward.gradients(tf, values, batch.inputs(noise));
    @Nullable GradientSums sums =
        config.parts() == 1 ? null : GradientSums.create(tf, weights.byName());
    LossFunction.Gradients whole = sums == null ? part : sums.mean(tf);

    Updater updater = new Updater(config.rule(model), config.options(model));
    TrainState state = TrainState.create(tf, updater.rule(), weights, whole, updates);
    var limit = tf.placeholderWithDefault(tf.constant(Float.POSITIVE_INFINITY), Shape.scalar());
    Operand<TBool> calm = tf.math.lessEqual(whole.loss(), limit); // []
    Update update = updater.add(tf, state.trainables(), updates, List.of(whole.loss()), calm);
    Ops last = tf.withControlDependencies(update.op());

    Objective<TFloat32> evaluated = forward.loss(tf, state.evaluated(tf), batch.inputs(null));
    Nodes nodes =
        new Nodes(
            batch,
            number,
            limit,
            sums,
            sums == null ? null : sums.add(tf, part),
            whole.loss(),
            evaluated,
            part.finite(tf),
            tf.math.logicalAnd(update.finite(), calm),
            update,
            sums == null ? update.op() : sums.clear(last));
    return new ModelGraph.Built<>(nodes, state.saved());
  }

  @Override
  public Report run(Batch tokens, double limit) {
    Nodes nodes = graph.nodes();
    Session.Runner runner = graph.session().runner();
    if (nodes.sum() == null) {
      try (BatchFeed.Fed fed = nodes.batch().part(tokens, 0)) {
        return update(fed.into(runner), limit);
      }
    }
    for (int part = 0; part < parts; part++) {
      try (BatchFeed.Fed fed = nodes.batch().part(tokens, part);
          TInt64 index = TInt64.scalarOf(part)) {
        fed.into(graph.session().runner())
            .feed(nodes.part(), index)
            .addTarget(nodes.sum())
            .run()
            .close();
      }
    }
    return update(runner, limit);
  }

  private Report update(Session.Runner runner, double limit) {
    Nodes nodes = graph.nodes();
    try (TFloat32 most = TFloat32.scalarOf((float) limit);
        Result result =
            run(
                runner
                    .feed(nodes.limit(), most)
                    .addTarget(nodes.done())
                    .fetch(nodes.loss())
                    .fetch(nodes.update().learningRate())
                    .fetch(nodes.update().gradientNorm())
                    .fetch(nodes.updated()))) {
      return new Report(
          ((TFloat32) result.get(0)).getFloat(),
          ((TFloat64) result.get(1)).getDouble(),
          ((TFloat64) result.get(2)).getDouble(),
          ((TBool) result.get(3)).getBoolean());
    }
  }

  @Override
  public void trace(@Nullable Consumer<RunMetadata> consumer) {
    trace = consumer;
  }

  private Result run(Session.Runner runner) {
    Consumer<RunMetadata> consumer = trace;
    if (consumer == null) {
      return runner.run();
    }
    runner.setOptions(
        RunOptions.newBuilder().setTraceLevel(RunOptions.TraceLevel.FULL_TRACE).build());
    Result result = runner.runAndFetchMetadata();
    result.getMetadata().ifPresent(consumer);
    return result;
  }

  @Override
  public Optional<String> firstNotFinite(Batch tokens) {
    Nodes nodes = graph.nodes();
    for (int part = 0; part < parts; part++) {
      try (BatchFeed.Fed fed = nodes.batch().part(tokens, part);
          TInt64 index = TInt64.scalarOf(part);
          Result result =
              fed.into(graph.session().runner())
                  .feed(nodes.part(), index)
                  .fetch(nodes.finite())
                  .run()) {
        TBool finite = (TBool) result.get(0); // [1 + P]
        for (long i = 0; i < finite.shape().get(0); i++) {
          if (!finite.getBoolean(i)) {
            return Optional.of(i == 0 ? "loss" : names.get((int) i - 1));
          }
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public Evaluation evaluate(Batch batch) {
    Evaluation whole = evaluate(batch, 0);
    for (int part = 1; part < parts; part++) {
      whole = whole.plus(evaluate(batch, part));
    }
    return whole;
  }

  private Evaluation evaluate(Batch batch, int part) {
    Nodes nodes = graph.nodes();
    Session.Runner runner = graph.session().runner();
    Evaluation.fetches(nodes.evaluated()).forEach(runner::fetch);
    try (BatchFeed.Fed fed = nodes.batch().part(batch, part);
        Result result = fed.into(runner).run()) {
      return Evaluation.of(nodes.evaluated(), result);
    }
  }

  /** Writes weights, slots and the counter of updates as a TensorFlow bundle. */
  public void save(Path prefix) {
    graph.bundle().save(graph.session(), prefix);
  }

  @Override
  public Snapshot snapshot() {
    return graph.bundle().snapshot(graph.session());
  }

  @Override
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

  @Override
  public void restore(Path prefix, Map<String, String> sources) {
    if (!sources.isEmpty()) {
      graph.bundle().restore(graph.session(), prefix, sources);
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
