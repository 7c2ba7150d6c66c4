package org.tflion.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.xla.FunctionCall;

/**
 * The numbers that all weights share in one update, scalars in double precision.
 *
 * @param rates of each rule
 * @param update its number, from 1
 * @param gradientScale factor on every gradient, or null where nothing is clipped
 * @param proceed whether anything changes at all, or null where it always does
 * @param mixed what rules made of all their weights together
 * @param sums over all pieces of a weight, by its name, in the order in which its rule asks
 */
record UpdateScalars(
    Map<Rule, Rates> rates,
    Operand<TFloat64> update,
    @Nullable Operand<TFloat64> gradientScale,
    @Nullable Operand<TBool> proceed,
    Map<Rule, List<Operand<TFloat64>>> mixed,
    Map<String, List<Operand<?>>> sums) {

  UpdateScalars(
      Map<Rule, Rates> rates,
      Operand<TFloat64> update,
      @Nullable Operand<TFloat64> gradientScale,
      @Nullable Operand<TBool> proceed) {
    this(rates, update, gradientScale, proceed, Map.of(), Map.of());
  }

  UpdateScalars withMixed(Map<Rule, List<Operand<TFloat64>>> value) {
    return new UpdateScalars(rates, update, gradientScale, proceed, value, sums);
  }

  UpdateScalars withSums(Map<String, List<Operand<?>>> value) {
    return new UpdateScalars(rates, update, gradientScale, proceed, mixed, value);
  }

  /** Adds one vector of all that does not depend on the place, in a fixed order. */
  Operand<TFloat64> packed(Ops tf) {
    List<Operand<TFloat64>> all = new ArrayList<>();
    rates.values().forEach(own -> all.addAll(List.of(own.learningRate(), own.weightDecay())));
    all.add(update);
    if (gradientScale != null) {
      all.add(gradientScale);
    }
    if (proceed != null) {
      all.add(tf.dtypes.cast(proceed, TFloat64.class));
    }
    return tf.stack(all); // [number of scalars]
  }

  /** The same scalars from the vector, where it has arrived. */
  UpdateScalars unpacked(Ops tf, Operand<TFloat64> packed) {
    long count = packed.shape().get(0);
    Iterator<? extends Operand<TFloat64>> values = tf.unstack(packed, count).output().iterator();
    Map<Rule, Rates> own = new LinkedHashMap<>();
    rates.keySet().forEach(rule -> own.put(rule, new Rates(values.next(), values.next())));
    Operand<TFloat64> number = values.next();
    Operand<TFloat64> scale = gradientScale == null ? null : values.next();
    Operand<TBool> moves =
        proceed == null ? null : tf.math.greater(values.next(), tf.constant(0.0));
    return new UpdateScalars(own, number, scale, moves);
  }

  /** These scalars as one weight's rule sees them. */
  <T extends TNumber> Hyper<T> of(Ops tf, Rule rule, Weight<T> weight, boolean decays) {
    Rates own = Objects.requireNonNull(rates.get(rule), rule.name());
    Operand<T> decay = decays ? tf.dtypes.cast(own.weightDecay(), weight.type()) : null;
    return new Hyper<>(
        tf.dtypes.cast(own.learningRate(), weight.type()),
        decay,
        update,
        mixed.getOrDefault(rule, List.of()),
        weight
            .piece()
            .<Whole>map(piece -> new PieceSums(piece, sums.getOrDefault(weight.name(), List.of())))
            .orElse(Whole.ITSELF));
  }

  /** The gradient after clipping by the global norm. */
  <T extends TNumber> Operand<T> clip(Ops tf, Operand<T> gradient) {
    if (gradientScale == null) {
      return gradient;
    }
    return tf.math.mul(gradient, tf.dtypes.cast(gradientScale, gradient.type()));
  }

  /** The new values, or the old ones bit for bit where nothing may change. */
  <T extends TNumber> Values<T> choose(Ops tf, Values<T> fresh, Values<T> old) {
    if (proceed == null) {
      return fresh;
    }
    Operand<TBool> moving = proceed;
    Map<String, Operand<T>> chosen = new HashMap<>();
    fresh
        .byName()
        .forEach((name, value) -> chosen.put(name, tf.select(moving, value, old.get(name))));
    return new Values<>(chosen);
  }

  /** The same scalars as a function sees them that is handed them. */
  UpdateScalars passed(FunctionCall program) {
    Map<Rule, Rates> inside = new HashMap<>();
    rates.forEach((rule, own) -> inside.put(rule, own.map(program::pass)));
    Map<Rule, List<Operand<TFloat64>>> mixedInside = new HashMap<>();
    mixed.forEach(
        (rule, values) -> mixedInside.put(rule, values.stream().map(program::pass).toList()));
    Map<String, List<Operand<?>>> sumsInside = new HashMap<>();
    sums.forEach(
        (weight, values) ->
            sumsInside.put(weight, values.stream().<Operand<?>>map(program::pass).toList()));
    return new UpdateScalars(
        inside,
        program.pass(update),
        gradientScale == null ? null : program.pass(gradientScale),
        proceed == null ? null : program.pass(proceed),
        mixedInside,
        sumsInside);
  }
}
