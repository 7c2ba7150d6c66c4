package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.PlaceholderWithDefault;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tflion.optim.Update;
import org.tflion.optim.Updater;
import org.tflion.optim.Weight;
import org.tflion.train.data.BatchShape;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameters;
import org.tflion.train.step.BatchFeed;
import org.tflion.train.step.LossFunction;
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
   * @param batches of each device
   * @param part number of the part that is fed
   * @param limit largest loss at which the weights move
   * @param sum adds the gradients of a part to the sums; null where a batch has one part
   * @param loss of the whole batch
   * @param evaluated loss of the rows of each device
   * @param finite of each device, whether the loss and each gradient is // each [1 + P]
   * @param updated whether the weights move
   * @param update of the weights
   * @param gathers of each device, all reads of weights that a pass makes
   * @param renew copies the weights to where they are kept whole; null where they are not
   * @param done everything that a step changes
   */
  record Nodes(
      List<BatchFeed> batches,
      PlaceholderWithDefault<TInt64> part,
      PlaceholderWithDefault<TFloat32> limit,
      @Nullable Op sum,
      Operand<TFloat32> loss,
      List<Objective<TFloat32>> evaluated,
      List<Operand<TBool>> finite,
      Operand<TBool> updated,
      Update update,
      List<List<Op>> gathers,
      @Nullable Op renew,
      Op done) {}

  /**
   * What is trained, and how.
   *
   * @param copies whether every device keeps a copy of all weights
   */
  record Job(Model model, StepConfig config, BatchShape batch, long seed, boolean copies) {}

  /** Where a pass gets its weights from, and what keeps that up to date. */
  private record Source(List<Parameters<TFloat32>> values, @Nullable Copies copies) {}

  /** Builds the graph. */
  static ShardedGraph build(List<Ops> each, Job job) {
    int devices = each.size();
    Partition partition = Partition.of(job.model().parameters(), devices);
    Shards shards = Shards.create(each, job.model(), partition, job.seed());
    Ops tf = each.get(0);
    Weight<TInt64> updates = shards.any().sibling(tf, "updates", Shape.scalar(), TInt64.class);
    Source source = source(each, job, shards);

    var number = tf.placeholderWithDefault(tf.constant(0L), Shape.scalar()); // []
    List<BatchFeed> batches = new ArrayList<>();
    List<LossFunction.Gradients> made = new ArrayList<>();
    LossFunction forward =
        new LossFunction(job.model(), job.config().compilesStep(), job.config().compute());
    int parts = job.config().parts();
    for (int k = 0; k < devices; k++) {
      Ops own = each.get(k);
      BatchFeed batch = BatchFeed.create(own, job.batch().part(parts * devices));
      var passes = own.math.mul(updates.read(tf), own.constant((long) parts * devices)); // []
      var pass =
          own.math.add(
              passes,
              own.math.add(
                  own.math.mul(number, own.constant((long) devices)), own.constant((long) k)));
      var noise = own.stack(List.of(own.constant(job.seed()), pass)); // [2]
      batches.add(batch);
      made.add(forward.gradients(own, source.values().get(k), batch.inputs(noise)));
    }
    PieceGradients pass = PieceGradients.of(each, partition, made);
    return new Builder(each, job, shards, updates)
        .finish(new Passes(source, forward, batches, made, pass, number));
  }

  private static Source source(List<Ops> each, Job job, Shards shards) {
    List<Parameters<TFloat32>> values = new ArrayList<>();
    if (job.copies()) {
      Copies copies = Copies.create(each, job.model(), shards);
      for (int k = 0; k < each.size(); k++) {
        values.add(copies.read(each.get(k), k));
      }
      return new Source(values, copies);
    }
    List<Map<String, Operand<TFloat32>>> pieces = shards.read(each);
    for (Ops tf : each) {
      values.add(shards.gather(tf, pieces));
    }
    return new Source(values, null);
  }

  /** The forward and backward passes of all devices. */
  private record Passes(
      Source source,
      LossFunction forward,
      List<BatchFeed> batches,
      List<LossFunction.Gradients> made,
      PieceGradients sums,
      PlaceholderWithDefault<TInt64> number) {

    /** All values that the passes read, on each device. */
    List<List<Op>> gathers() {
      List<List<Op>> gathers = new ArrayList<>();
      source.values().forEach(own -> gathers.add(List.copyOf(own.byName().values())));
      return gathers;
    }
  }

  /** What follows the passes. */
  private record Builder(List<Ops> each, Job job, Shards shards, Weight<TInt64> updates) {

    ShardedGraph finish(Passes passes) {
      Ops tf = each.get(0);
      boolean several = job.config().parts() > 1;
      PieceGradients.@Nullable Variables sums =
          several ? PieceGradients.Variables.create(each, shards) : null;
      PieceGradients whole = (sums == null ? passes.sums() : sums.read(each)).mean(each);
      Updater updater =
          new Updater(job.config().rule(job.model()), job.config().options(job.model()));
      ShardedState state = ShardedState.create(each, updater.rule(), shards, updates, whole);

      var limit = tf.placeholderWithDefault(tf.constant(Float.POSITIVE_INFINITY), Shape.scalar());
      Operand<TBool> calm = tf.math.lessEqual(whole.loss(), limit); // []
      List<List<Op>> after = after(sums == null ? passes.gathers() : List.of(), whole.loss());
      Update update = updater.add(state.places(each, after), updates, calm);
      @Nullable Copies copies = passes.source().copies();
      @Nullable Op renew = copies == null ? null : copies.renew(each, shards, null);
      Op last = copies == null ? update.op() : copies.renew(each, shards, update.op());
      Nodes nodes =
          new Nodes(
              passes.batches(),
              passes.number(),
              limit,
              sums == null ? null : sums.add(each, passes.sums()),
              whole.loss(),
              evaluated(passes, state),
              finite(passes),
              tf.math.logicalAnd(update.finite(), calm),
              update,
              passes.gathers(),
              renew,
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
      List<Map<String, Operand<TFloat32>>> values = state.evaluated(each);
      List<Objective<TFloat32>> losses = new ArrayList<>();
      for (int k = 0; k < each.size(); k++) {
        Ops tf = each.get(k);
        losses.add(
            passes
                .forward()
                .loss(tf, shards.gather(tf, values), passes.batches().get(k).inputs(null)));
      }
      return losses;
    }

    private List<Operand<TBool>> finite(Passes passes) {
      List<Operand<TBool>> finite = new ArrayList<>();
      for (int k = 0; k < each.size(); k++) {
        finite.add(passes.made().get(k).finite(each.get(k)));
      }
      return finite;
    }
  }
}
