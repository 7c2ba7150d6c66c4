package org.tflion.optim;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.schedule.Schedule;

/**
 * The arithmetic of one optimizer, free of side effects: from old values to new ones.
 *
 * <p>Everything else (variables, order of writes, clipping, masks, compilation) is the business of
 * {@link Updater}, written once for all rules.
 */
public interface Rule {

  /** The name under which a step hands back the new weight. */
  String WEIGHT = "weight";

  /** Name of the optimizer, as in {@code "Lion"}. */
  String name();

  /** The rate that multiplies every update. */
  Schedule learningRate();

  /** The decoupled weight decay, a fraction of the weight per unit of learning rate. */
  Schedule weightDecay();

  /**
   * The slots kept for each weight.
   *
   * @param weight shape of the weight
   */
  List<Slot> slots(Shape weight);

  /**
   * Which program writes a new value, {@link #WEIGHT} or a slot, counted from 0 without gaps; a
   * program ends before the next one begins.
   *
   * <p>Every program sees the old values. The variables take over what one returns before the next
   * begins, so values of different programs never exist beside all of their predecessors.
   */
  default int program(String name) {
    return 0;
  }

  /** The rule of one weight, where weights have rules of their own. */
  default Rule of(String weight) {
    return this;
  }

  /** Whether a weight is trained at all; one that is not owns no slots. */
  default boolean trains(String weight) {
    return true;
  }

  /**
   * Refuses weights that the rule does not fit.
   *
   * @param weights names of all weights that have a gradient
   * @throws IllegalArgumentException if they do not fit
   */
  default void check(List<String> weights) {}

  /**
   * Whether a step of a piece of a weight gives a piece of the step of the weight, as it does where
   * all means come from {@link Hyper#whole}.
   */
  default boolean takesPieces() {
    return false;
  }

  /** What a step of one weight needs of all weights together; nothing, by default. */
  default Optional<Mixing> mixing() {
    return Optional.empty();
  }

  /**
   * One step.
   *
   * @param hyper the rates of this update
   * @param weight the old weight
   * @param gradient of the weight's shape and type, already clipped
   * @param slots the old slots by name
   * @return the new weight under {@link #WEIGHT} and every new slot under its name
   */
  <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots);
}
