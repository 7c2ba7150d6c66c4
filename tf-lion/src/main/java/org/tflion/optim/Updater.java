package org.tflion.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;
import org.tflion.gradient.GlobalNorm;
import org.tflion.gradient.SparseGradient;

/**
 * Adds the update of a set of weights by one rule to a graph: the plumbing of every optimizer.
 *
 * <p>The order of one update, held by control edges:
 *
 * <pre>{@code
 * all gradients and the loss  ->  counter, rates, clipping  ->  new values  ->  writes  ->  counter + 1
 * }</pre>
 *
 * <p>No weight is written before every gradient exists, because a gradient may still read another
 * weight; no slot or weight is written before all new values that read it exist.
 *
 * @param rule the arithmetic
 * @param options clipping, decay mask and compilation
 */
public record Updater(Rule rule, UpdateOptions options) {

  /**
   * Adds one update.
   *
   * @param trainables the weights, their gradients and their slots; at least one
   * @param counter number of updates done so far, a scalar; advanced by this update
   * @param after what must run before anything is written, besides the gradients: the loss
   */
  public Update add(
      Ops tf, List<Trainable<?>> trainables, Weight<TInt64> counter, List<? extends Op> after) {
    return add(tf, trainables, counter, after, null);
  }

  /**
   * Adds one update that may be told to change nothing.
   *
   * @param due whether it is time for an update, a scalar; null for always
   */
  public Update add(
      Ops tf,
      List<Trainable<?>> trainables,
      Weight<TInt64> counter,
      List<? extends Op> after,
      @Nullable Operand<TBool> due) {
    return add(List.of(new Place(tf, trainables, after)), counter, due);
  }

  /**
   * Adds one update of weights that lie on several devices, some of them in pieces.
   *
   * @param places at least one; the first makes what all have in common, and holds the counter
   * @param due whether it is time for an update, a scalar; null for always
   */
  public Update add(List<Place> places, Weight<TInt64> counter, @Nullable Operand<TBool> due) {
    List<Place> used = places.stream().filter(place -> !place.trainables().isEmpty()).toList();
    Require.that(!used.isEmpty(), rule.name() + ": weights to update must be at least 1", 0);
    Require.that(
        used.size() == 1 || (rule.takesPieces() && options.clips().isEmpty()),
        rule.name() + ": weights in pieces must come without clips, to a rule that takes pieces",
        options.clips());
    List<Place> late = late(places);
    Ops tf = late.get(0).tf();
    Operand<TInt64> done = counter.read(tf); // []
    Operand<TFloat64> number =
        tf.math.add(tf.dtypes.cast(done, TFloat64.class), tf.constant(1.0)); // []
    Totals totals = Totals.of(late, options.guarded());
    UpdateScalars scalars =
        new UpdateScalars(
            rates(tf, all(late), number),
            number,
            options.clipsNorm() ? GlobalNorm.scale(tf, totals.norm(), options.clipNorm()) : null,
            proceed(tf, totals.finite(), due));
    List<Op> writes =
        late.size() == 1 ? writes(late.get(0), scalars) : writes(late, scalars, totals);
    Op counted = count(tf, counter, done, scalars, writes);
    return new Update(
        places.get(0).tf().withControlDependencies(counted).noOp(),
        rate(scalars, all(late).get(0)),
        totals.norm(),
        totals.finite());
  }

  private static List<Trainable<?>> all(List<Place> places) {
    return places.stream().<Trainable<?>>flatMap(place -> place.trainables().stream()).toList();
  }

  /** The places once their own gradients are there, and what must run before. */
  private static List<Place> late(List<Place> places) {
    List<Place> late = new ArrayList<>();
    for (Place place : places) {
      List<Op> own = new ArrayList<>(place.after());
      place.trainables().forEach(trainable -> own.add(trainable.gradient()));
      Op ready = place.tf().withControlDependencies(own).noOp();
      Ops tf = place.tf().withControlDependencies(ready);
      late.add(new Place(tf, place.trainables(), place.after()));
    }
    return late;
  }

  /** Adds measurements of the update that would come next, without making it. */
  public UpdateMetrics metrics(Ops tf, List<Trainable<?>> trainables, Weight<TInt64> counter) {
    Operand<TFloat64> done = tf.dtypes.cast(counter.read(tf), TFloat64.class); // []
    Operand<TFloat64> number = tf.math.add(done, tf.constant(1.0)); // []
    Operand<TFloat64> norm =
        GlobalNorm.of(tf, trainables.stream().map(Trainable::gradient).toList()); // []
    UpdateScalars scalars =
        new UpdateScalars(
            rates(tf, trainables, number),
            number,
            options.clipsNorm() ? GlobalNorm.scale(tf, norm, options.clipNorm()) : null,
            null);
    return UpdateMetrics.of(tf, new Step(rule, options, scalars).mixed(tf, trainables), trainables);
  }

  /**
   * Adds an update of the touched rows of one table; clips single gradients as the options say, but
   * by no global norm.
   */
  <T extends TNumber> Op addLazy(
      Ops tf, LazyUpdate<T> lazy, Weight<TInt64> counter, SparseGradient<T> gradient) {
    Ops late = tf.withControlDependencies(gradient.indices(), gradient.values());
    Operand<TInt64> done = counter.read(late); // []
    var number = late.math.add(late.dtypes.cast(done, TFloat64.class), late.constant(1.0)); // []
    Rule own = rule.of(lazy.weight().name());
    Rates rates =
        new Rates(own.learningRate().at(late, number), own.weightDecay().at(late, number));
    UpdateScalars scalars = new UpdateScalars(Map.of(own, rates), number, null, null);
    List<Op> writes = lazy.add(late, new Step(rule, options, scalars), gradient);
    return count(tf, counter, done, scalars, writes);
  }

  /** The rates of every rule that some weight has. */
  private Map<Rule, Rates> rates(Ops tf, List<Trainable<?>> trainables, Operand<TFloat64> number) {
    Map<Rule, Rates> rates = new LinkedHashMap<>();
    for (Trainable<?> trainable : trainables) {
      rates.computeIfAbsent(
          rule.of(trainable.weight().name()),
          own -> new Rates(own.learningRate().at(tf, number), own.weightDecay().at(tf, number)));
    }
    return rates;
  }

  private Operand<TFloat64> rate(UpdateScalars scalars, Trainable<?> trainable) {
    Rates own = scalars.rates().get(rule.of(trainable.weight().name()));
    return Objects.requireNonNull(own).learningRate();
  }

  private @Nullable Operand<TBool> proceed(
      Ops tf, Operand<TBool> finite, @Nullable Operand<TBool> due) {
    if (due == null) {
      return options.guarded() ? finite : null;
    }
    return options.guarded() ? tf.math.logicalAnd(finite, due) : due;
  }

  private static Op count(
      Ops tf,
      Weight<TInt64> counter,
      Operand<TInt64> done,
      UpdateScalars scalars,
      List<Op> writes) {
    List<Op> used = new ArrayList<>(writes);
    // A rate that no weight needs may still be fetched, and reads the counter.
    scalars.rates().values().forEach(own -> used.add(own.learningRate()));
    scalars.rates().values().forEach(own -> used.add(own.weightDecay()));
    Ops last = tf.withControlDependencies(used);
    Operand<TBool> proceed = scalars.proceed();
    Operand<TInt64> one =
        proceed == null ? last.constant(1L) : last.dtypes.cast(proceed, TInt64.class);
    return counter.assign(last, last.math.add(done, one));
  }

  private List<Op> writes(Place only, UpdateScalars scalars) {
    Step step = new Step(rule, options, scalars);
    return writes(only, step.mixed(only.tf(), only.trainables()));
  }

  /**
   * Each place gets the scalars in one message, and does nothing before it has them: they are sent
   * when the totals are known.
   */
  private List<Op> writes(List<Place> places, UpdateScalars scalars, Totals totals) {
    Ops first = places.get(0).tf().withControlDependencies(totals.norm(), totals.finite());
    Operand<TFloat64> packed = scalars.packed(first);
    List<Place> informed = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    for (Place place : places) {
      Operand<TFloat64> arrived = place.tf().identity(packed);
      Ops tf = place.tf().withControlDependencies(arrived);
      informed.add(new Place(tf, place.trainables(), place.after()));
      steps.add(new Step(rule, options, scalars.unpacked(tf, arrived)));
    }
    List<Step> summed = new PieceUpdate(steps, informed).summed();
    List<Op> written = new ArrayList<>();
    for (int i = 0; i < informed.size(); i++) {
      Ops tf = informed.get(i).tf();
      written.add(tf.withControlDependencies(writes(informed.get(i), summed.get(i))).noOp());
    }
    return written;
  }

  private List<Op> writes(Place place, Step step) {
    return options.compiled()
        ? new CompiledUpdate(step).add(place.tf(), place.trainables())
        : new PlainUpdate(step).add(place.tf(), place.trainables());
  }
}
