package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;
import org.tflion.gradient.Finite;
import org.tflion.gradient.GlobalNorm;

/**
 * What the gradients of all places are together.
 *
 * <p>Each place looks at its own and sends two numbers in one message, half of the sum of squares
 * and whether all are finite, once its gradients are there and what must run before a write has
 * run. So whoever waits for the totals waits for all of that.
 *
 * @param norm of all gradients, a scalar
 * @param finite whether all are, and the loss if it is a number, a scalar
 */
record Totals(Operand<TFloat64> norm, Operand<TBool> finite) {

  /**
   * Adds up.
   *
   * @param places whose operations wait for their own gradients; the first has the totals
   * @param guarded whether it matters what is finite
   */
  static Totals of(List<Place> places, boolean guarded) {
    Ops tf = places.get(0).tf();
    if (places.size() == 1) {
      Operand<TFloat64> half = half(places.get(0)); // []
      return new Totals(GlobalNorm.of(tf, half), finite(places.get(0), guarded));
    }
    List<Operand<TFloat64>> own = new ArrayList<>();
    for (Place place : places) {
      var counted = place.tf().dtypes.cast(finite(place, guarded), TFloat64.class); // []
      var half = place.trainables().isEmpty() ? place.tf().constant(0.0) : half(place); // []
      own.add(place.tf().stack(List.of(half, counted))); // [2]
    }
    List<? extends Operand<TFloat64>> sums = tf.unstack(tf.math.addN(own), 2L).output();
    var all = tf.constant((double) places.size());
    return new Totals(GlobalNorm.of(tf, sums.get(0)), tf.math.equal(sums.get(1), all));
  }

  private static Operand<TFloat64> half(Place place) {
    return GlobalNorm.halfOfSquares(
        place.tf(), place.trainables().stream().map(Trainable::gradient).toList());
  }

  private static Operand<TBool> finite(Place place, boolean guarded) {
    List<Operand<? extends TNumber>> checked = new ArrayList<>();
    if (guarded) {
      place.trainables().forEach(trainable -> checked.add(trainable.gradient()));
      for (Op op : place.after()) {
        if (op instanceof Operand<?> value && TFloating.class.isAssignableFrom(value.type())) {
          @SuppressWarnings("unchecked") // asked just above
          Operand<? extends TNumber> number = (Operand<? extends TNumber>) value;
          checked.add(number);
        }
      }
    }
    return checked.isEmpty() ? place.tf().constant(true) : Finite.all(place.tf(), checked);
  }
}
