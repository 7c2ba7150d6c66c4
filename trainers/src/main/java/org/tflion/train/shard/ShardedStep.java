package org.tflion.train.shard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.RemoteSession;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tflion.Require;
import org.tflion.train.data.Batch;
import org.tflion.train.data.BatchShape;
import org.tflion.train.data.PlacedRows;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;
import org.tflion.train.shard.ShardedGraph.Nodes;
import org.tflion.train.step.Evaluation;
import org.tflion.train.step.Snapshot;
import org.tflion.train.step.StateTensor;
import org.tflion.train.step.Step;
import org.tflion.train.step.StepConfig;

/**
 * A step whose weights, slots and updates are spread over devices, driven by one controller in one
 * run of a session for each part of a batch.
 *
 * <p>It computes what {@code TrainStep} computes, up to the order of sums.
 */
public final class ShardedStep implements Step {

  /** Weights of 16 MiB are gathered at once: so little memory is not worth a message more. */
  private static final long TOGETHER = 1L << 22;

  private final Graph graph;
  private final Session session;
  private final ShardedGraph built;
  private final ShardedBundle bundle;
  private final List<String> names;
  private final RunOptions options;
  private final UsualTime usual;
  private final int parts;

  /** Held by a step, and by a snapshot until it is closed: the weights lie nowhere else. */
  private final Semaphore still = new Semaphore(1);

  /**
   * What is trained, and how.
   *
   * @param model what to train
   * @param config rule, rates, parts and compilation
   * @param batch that is fed; its rows are a multiple of parts times devices
   * @param seed of the first weights and of what is random in a step
   * @param rows what devices read themselves, when batches are those of its places; null where
   *     batches are fed whole
   */
  public record Job(
      Model model, StepConfig config, BatchShape batch, long seed, @Nullable PlacedRows rows) {

    /** A job whose batches are fed whole. */
    public Job(Model model, StepConfig config, BatchShape batch, long seed) {
      this(model, config, batch, seed, null);
    }
  }

  /**
   * Builds the step; weights start at the model's first values, slots at zero.
   *
   * @param shard how it is spread
   * @throws IllegalArgumentException if the job cannot be spread so
   */
  public ShardedStep(Job job, ShardConfig shard) {
    this(job, shard, TOGETHER);
  }

  /** The same with another limit of what is gathered at once. */
  ShardedStep(Job job, ShardConfig shard, long together) {
    Devices devices = Devices.of(shard);
    int count = devices.count();
    Workers.requireAll(shard.workers());
    int groups = count / shard.peers();
    parts = job.config().parts();
    Require.that(
        job.batch().rows() % (parts * groups) == 0,
        "train.batch must be a multiple of the %d %s times the %d parts"
            .formatted(groups, shard.peers() == 1 ? "devices" : "groups of peers", parts),
        job.batch().rows());
    Require.that(
        count == 1 || job.config().rule(job.model()).takesPieces(),
        "shard.mesh must be left out for an optimizer that needs whole weights",
        job.config().optimizer().name());
    names = job.model().parameters().stream().map(Parameter::name).toList();
    options = devices.runOptions();
    usual = new UsualTime(options);
    graph = new Graph();
    @Nullable Session opened = null;
    try {
      List<Ops> each = devices.each(Ops.create(graph));
      built = ShardedGraph.build(each, ShardedGraph.Job.of(job, shard, together));
      bundle = new ShardedBundle(each, built.state().stored());
      opened = devices.open(graph);
      RemoteSession.initialize(opened, options);
      session = opened;
      if (built.nodes().tokens() != null) {
        built.nodes().tokens().load(this::runner, devices.names());
      }
      renew();
    } catch (RuntimeException e) {
      if (opened != null) {
        opened.close();
      }
      graph.close();
      throw e;
    }
  }

  private Session.Runner runner() {
    return session.runner().setOptions(options);
  }

  /** Copies of weights follow what was written to the weights. */
  private void renew() {
    Op renew = built.nodes().renew();
    if (renew != null) {
      runner().addTarget(renew).run().close();
    }
  }

  @Override
  public Report run(Batch batch, double limit) {
    still.acquireUninterruptibly();
    long began = System.nanoTime();
    try {
      Report report = update(batch, limit);
      usual.took(System.nanoTime() - began);
      return report;
    } finally {
      still.release();
    }
  }

  private Report update(Batch batch, double limit) {
    Nodes nodes = built.nodes();
    if (nodes.sum() == null) {
      try (Feeds feeds = Feeds.of(built.nodes().batches(), batch, 0)) {
        return update(feeds.into(usual.runner(session)), limit);
      }
    }
    for (int part = 0; part < parts; part++) {
      try (Feeds feeds = Feeds.of(built.nodes().batches(), batch, part);
          TInt64 index = TInt64.scalarOf(part)) {
        feeds
            .into(usual.runner(session))
            .feed(nodes.part(), index)
            .addTarget(nodes.sum())
            .run()
            .close();
      }
    }
    return update(usual.runner(session), limit);
  }

  private Report update(Session.Runner runner, double limit) {
    try (TFloat32 most = TFloat32.scalarOf((float) limit);
        Result result = built.nodes().update(runner, most).run()) {
      return new Report(
          ((TFloat32) result.get(0)).getFloat(),
          ((TFloat64) result.get(1)).getDouble(),
          ((TFloat64) result.get(2)).getDouble(),
          ((TBool) result.get(3)).getBoolean());
    }
  }

  @Override
  public Optional<String> firstNotFinite(Batch batch) {
    return new FiniteSearch(built.nodes(), names).first(batch, parts, this::runner);
  }

  @Override
  public Evaluation evaluate(Batch batch) {
    @Nullable Evaluation whole = null;
    for (int part = 0; part < parts; part++) {
      for (Evaluation own : evaluate(batch, part)) {
        whole = whole == null ? own : whole.plus(own);
      }
    }
    return Objects.requireNonNull(whole, "a batch has one part at least");
  }

  /** What each device makes of a part of a batch. */
  private List<Evaluation> evaluate(Batch batch, int part) {
    List<Objective<TFloat32>> objectives = built.nodes().evaluated();
    List<Evaluation> each = new ArrayList<>();
    try (Feeds feeds = Feeds.of(built.nodes().batches(), batch, part)) {
      Session.Runner runner = feeds.into(runner());
      List<Operand<TFloat32>> fetches =
          objectives.stream().flatMap(one -> Evaluation.fetches(one).stream()).toList();
      fetches.forEach(runner::fetch);
      try (Result result = runner.run()) {
        int width = fetches.size() / objectives.size();
        for (int k = 0; k < objectives.size(); k++) {
          each.add(Evaluation.of(objectives.get(k), result, k * width));
        }
      }
    }
    return each;
  }

  /** {@inheritDoc} The next step waits until the snapshot is closed. */
  @Override
  public Snapshot snapshot() {
    still.acquireUninterruptibly();
    return new ShardedSnapshot(bundle, this::runner, still);
  }

  @Override
  public List<StateTensor> tensors() {
    return bundle.tensors();
  }

  @Override
  public void restore(Path prefix, Map<String, String> sources) {
    if (!sources.isEmpty()) {
      bundle.run(runner().addTarget(bundle.restore(sources)), prefix);
      renew();
    }
  }

  /** Asks the devices what they do and hold. */
  public Traffic traffic() {
    return new Traffic(session, options, built);
  }

  /** Bytes of the graph, which the controller sends to the first worker in one message. */
  public long graphBytes() {
    return graph.toGraphDef().getSerializedSize();
  }

  /** What was built, for whoever looks into it. */
  ShardedGraph built() {
    return built;
  }

  /** The graph itself. */
  Graph graph() {
    return graph;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
