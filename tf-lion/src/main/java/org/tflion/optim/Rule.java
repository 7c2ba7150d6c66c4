package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
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

  /** Names of the slots kept for each weight: same shape and type as it, zero at first. */
  List<String> slots();

  /**
   * The new values that are written together, program by program; all of them are computed from
   * values read before the first write.
   *
   * <p>One program for everything is right unless XLA would have to copy a buffer that two new
   * values read and one of them overwrites in place. A later program must not depend on anything
   * that an earlier one wrote.
   */
  default List<List<String>> programs() {
    List<String> all = new ArrayList<>(slots());
    all.add(WEIGHT);
    return List.of(List.copyOf(all));
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
