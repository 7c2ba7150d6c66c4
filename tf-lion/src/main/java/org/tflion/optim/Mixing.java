package org.tflion.optim;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;

/**
 * What a rule needs of all its weights together before it can step one, such as the length of all
 * gradients: scalars, which reach {@link Rule#step} as {@link Hyper#mixed}.
 */
@FunctionalInterface
public interface Mixing {

  /**
   * One weight before the step, as {@link Rule#step} will see it.
   *
   * @param hyper the rates of this update
   * @param weight the old weight
   * @param gradient already clipped
   * @param slots the old slots by name
   */
  record Member<T extends TNumber>(
      Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {}

  /**
   * The scalars.
   *
   * @param members every weight of the rule, in one order at every call
   */
  List<Operand<TFloat64>> scalars(Ops tf, List<Member<?>> members);
}
