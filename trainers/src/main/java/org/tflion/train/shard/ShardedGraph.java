package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.PlaceholderWithDefault;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tflion.optim.Rule;
import org.tflion.optim.Update;
import org.tflion.optim.Updater;
import org.tflion.optim.Weight;
import org.tflion.train.data.BatchShape;
import org.tflion.train.data.PlacedRows;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.ResidualStream;
import org.tflion.train.step.BatchFeed;
import org.tflion.train.step.StepConfig;

/**
 * A training step as one graph over all devices:
 *
 * <pre>{@code
 * pieces of weights -> gathered on every device -> loss and gradients of its rows
 *   -> sliced, added up at the owners -> norm and guard over all -> update of every piece
 * }</pre>
 *
 * @param each operations of each device
 * @param state what makes two steps differ
 * @param nodes where the graph is fed and asked
 */
record ShardedGraph(List<Ops> each, ShardedState state, Nodes nodes) {

  /**
   * Where the graph is fed and asked.
   *
   * @param batches of each group of peers
   * @param tokens that every device has read itself; null where batches are fed whole
   * @param part number of the part that is fed
   * @param limit largest loss at which the weights move
   * @param sum adds the gradients of a part to the sums; null where a batch has one part
   * @param loss of the whole batch
   * @param evaluated loss of the rows of each group
   * @param partIsFinite whether the loss of a pass is
   * @param finite of each device, whether each gradient of a pass is, by the names of its weights
   * @param updated whether the weights move
   * @param update of the weights
   * @param gathers of each device, all whole weights that a pass reads
   * @param renew copies the weights to where they are kept whole; null where they are not
   * @param nothing to be done on each device
   * @param done everything that a step changes
   */
  record Nodes(
      List<BatchFeed> batches,
      @Nullable ResidentTokens tokens,
      PlaceholderWithDefault<TInt64> part,
      PlaceholderWithDefault<TFloat32> limit,
      @Nullable Op sum,
      Operand<TFloat32> loss,
      List<Objective<TFloat32>> evaluated,
      Operand<TBool> partIsFinite,
      List<Map<String, Operand<TBool>>> finite,
      Operand<TBool> updated,
      Update update,
      List<List<Op>> gathers,
      @Nullable Op renew,
      List<Op> nothing,
      Op done) {

    /** Asks for an update and what is to be reported of it. */
    Session.Runner update(Session.Runner runner, TFloat32 most) {
      return runner
          .feed(limit, most)
          .addTarget(done)
          .fetch(loss)
          .fetch(update.learningRate())
          .fetch(update.gradientNorm())
          .fetch(updated);
    }

    /** What asks for the loss and all gradients, without an update. */
    List<Op> pass() {
      List<Op> pass = new ArrayList<>(List.of(partIsFinite));
      finite.forEach(own -> pass.addAll(own.values()));
      return pass;
    }
  }

  /**
   * What is trained, and how.
   *
   * @param copies of all weights beside the pieces; 1 for none
   * @param wire how weights and gradients travel
   * @param peers that share the branches of the model
   * @param rows what devices read themselves; null where batches are fed whole
   * @param together most weights of a model that are gathered at once, whatever its parts
   */
  record Job(
      Model model,
      StepConfig config,
      BatchShape batch,
      long seed,
      int copies,
      Wire wire,
      int peers,
      @Nullable PlacedRows rows,
      long together) {

    /** The job of a step. */
    static Job of(ShardedStep.Job job, ShardConfig shard, long together) {
      return new Job(
          job.model(),
          job.config(),
          job.batch(),
          job.seed(),
          shard.copies(),
          Wire.of(shard),
          shard.peers(),
          job.rows(),
          together);
    }

    private @Nullable ResidentTokens tokens(List<Ops> each) {
      return rows == null ? null : new ResidentTokens(each, rows);
    }

    /** The parts of the model: for a small one, a message takes longer than what is in it. */
    ResidualStream<TFloat32> parts() {
      boolean divided = peers > 1 || config.recomputed() || model.size() > together;
      return divided ? model.parts(peers) : ResidualStream.whole(model);
    }
  }

  /** Builds the graph. */
  static ShardedGraph build(List<Ops> each, Job job) {
    int devices = each.size();
    Grid grid = new Grid(job.copies(), devices / job.peers(), job.peers());
    Partition partition = Partition.of(job.model().parameters(), devices);
    Shards shards = Shards.create(each, job.model(), partition, job.seed());
    Ops tf = each.get(0);
    Weight<TInt64> updates = shards.any().sibling(tf, "updates", Shape.scalar(), TInt64.class);
    @Nullable Copies copies = job.copies() > 1 ? Copies.create(each, grid, partition) : null;
    WholeWeights weights =
        copies == null
            ? new Gathers(each, grid, partition, job.wire(), shards::read)
            : copies.gathered(each, job.wire());
    Rule rule = job.config().rule(job.model());
    Reduction reduction = new Reduction(each, grid, partition, job.wire(), rule::trains);

    @Nullable ResidentTokens tokens = job.tokens(each);
    var number = tf.placeholderWithDefault(tf.constant(0L), Shape.scalar()); // []
    List<BatchFeed> batches = new ArrayList<>();
    List<Inputs> inputs = new ArrayList<>();
    int parts = job.config().parts();
    for (int k = 0; k < devices; k++) {
      Ops own = each.get(k);
      int group = grid.group(k);
      if (grid.slot(k) == 0) {
        batches.add(BatchFeed.create(own, job.batch().part(parts * grid.groups())));
      }
      var before = own.math.mul(updates.read(tf), own.constant((long) parts)); // []
      var passes =
          own.math.mul(own.math.add(before, number), own.constant((long) grid.groups())); // []
      var pass = own.math.add(passes, own.constant((long) group)); // []
      var noise = own.stack(List.of(own.constant(job.seed()), pass)); // [2]
      Inputs fed = batches.get(group).inputs(noise);
      inputs.add(tokens == null ? fed : tokens.rows(k, own, fed));
    }
    PieceGradients sums =
        new TrainingPass(each, grid, inputs, job.parts(), weights, reduction)
            .add(PassStyle.of(job.config()));
    return new Builder(each, grid, job, shards, updates, copies)
        .finish(new Passes(rule, batches, tokens, sums, weights.all(), number));
  }

  /** The forward and backward passes of all devices. */
  private record Passes(
      Rule rule,
      List<BatchFeed> batches,
      @Nullable ResidentTokens tokens,
      PieceGradients sums,
      List<List<Op>> gathers,
      PlaceholderWithDefault<TInt64> number) {}

  /** What follows the passes. */
  private record Builder(
      List<Ops> each,
      Grid grid,
      Job job,
      Shards shards,
      Weight<TInt64> updates,
      @Nullable Copies copies) {

    ShardedGraph finish(Passes passes) {
      Ops tf = each.get(0);
      boolean several = job.config().parts() > 1;
      PieceGradients.@Nullable Variables sums =
          several ? PieceGradients.Variables.create(each, shards, passes.rule()::trains) : null;
      PieceGradients whole = (sums == null ? passes.sums() : sums.read(each)).mean(each);
      Updater updater = new Updater(passes.rule(), job.config().options(job.model()));
      ShardedState state = ShardedState.create(each, updater.rule(), shards, updates, whole);

      var limit = tf.placeholderWithDefault(tf.constant(Float.POSITIVE_INFINITY), Shape.scalar());
      Operand<TBool> calm = tf.math.lessEqual(whole.loss(), limit); // []
      List<List<Op>> after = after(sums == null ? passes.gathers() : List.of(), whole.loss());
      Update update = updater.add(state.places(each, after), updates, calm);
      @Nullable Op renew = copies == null ? null : copies.renew(each, shards, job.wire(), null);
      Op last = copies == null ? update.op() : copies.renew(each, shards, job.wire(), update.op());
      Nodes nodes =
          new Nodes(
              passes.batches(),
              passes.tokens(),
              passes.number(),
              limit,
              sums == null ? null : sums.add(each, passes.sums()),
              whole.loss(),
              evaluated(passes, state),
              tf.math.isFinite(passes.sums().loss()),
              passes.sums().finite(each),
              tf.math.logicalAnd(update.finite(), calm),
              update,
              passes.gathers(),
              renew,
              each.stream().<Op>map(Ops::noOp).toList(),
              sums == null ? last : sums.clear(each, last));
      return new ShardedGraph(each, state, nodes);
    }

    /** No piece is written before every device has gathered it, and the loss is known. */
    private List<List<Op>> after(List<List<Op>> gathers, Op loss) {
      List<List<Op>> after = new ArrayList<>();
      for (int k = 0; k < each.size(); k++) {
        List<Op> own = new ArrayList<>(gathers.isEmpty() ? List.of() : joined(k, gathers.get(k)));
        if (k == 0) {
          own.add(loss);
        }
        after.add(own);
      }
      return after;
    }

    /** As one operation, since the values themselves would be checked for what is not finite. */
    private List<Op> joined(int device, List<Op> gathers) {
      return List.of(each.get(device).withControlDependencies(gathers).noOp());
    }

    private List<Objective<TFloat32>> evaluated(Passes passes, ShardedState state) {
      WholeWeights weights =
          new Gathers(each, grid, shards.partition(), job.wire(), state::evaluated);
      List<Inputs> inputs = new ArrayList<>();
      for (int k = 0; k < each.size(); k++) {
        Inputs fed = passes.batches().get(grid.group(k)).inputs(null);
        inputs.add(passes.tokens() == null ? fed : passes.tokens().rows(k, each.get(k), fed));
      }
      return new EvaluationPass(each, grid, inputs, job.parts(), weights)
          .add(PassStyle.of(job.config()));
    }
  }
}
