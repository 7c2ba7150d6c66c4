package org.tflion.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * Another rule, with a moving average of each weight on the side.
 *
 * <pre>{@code
 * a' = decay * a + (1 - decay) * w'            kept in slot "average", the initial weight at first
 * }</pre>
 *
 * @param rule what moves the weights
 * @param decay share of the old average in the new one; in [0, 1)
 */
public record AveragedRule(Rule rule, double decay) implements Rule {

  /** Name of the slot of averages. */
  public static final String AVERAGE = "average";

  public AveragedRule {
    Require.share("Average of weights: decay", decay);
  }

  @Override
  public String name() {
    return rule.name();
  }

  @Override
  public Schedule learningRate() {
    return rule.learningRate();
  }

  @Override
  public Schedule weightDecay() {
    return rule.weightDecay();
  }

  @Override
  public List<Slot> slots(Shape weight) {
    List<Slot> slots = new ArrayList<>(rule.slots(weight));
    slots.add(Slot.of(AVERAGE, weight));
    return slots;
  }

  /** With the weight, which it is made of. */
  @Override
  public int program(String name) {
    return rule.program(name.equals(AVERAGE) ? WEIGHT : name);
  }

  @Override
  public Rule of(String weight) {
    return new AveragedRule(rule.of(weight), decay);
  }

  @Override
  public boolean trains(String weight) {
    return rule.trains(weight);
  }

  @Override
  public void check(List<String> weights) {
    rule.check(weights);
  }

  @Override
  public boolean takesPieces() {
    return rule.takesPieces();
  }

  @Override
  public Optional<Mixing> mixing() {
    return rule.mixing();
  }

  @Override
  public <T extends TNumber> Values<T> step(
      Ops tf, Hyper<T> hyper, Operand<T> weight, Operand<T> gradient, Values<T> slots) {
    Values<T> moved = rule.step(tf, hyper, weight, gradient, slots);
    var first = tf.math.equal(hyper.update(), tf.constant(1.0)); // []
    Operand<T> old = tf.select(first, weight, slots.get(AVERAGE));
    Map<String, Operand<T>> fresh = new HashMap<>(moved.byName());
    fresh.put(AVERAGE, Elementwise.average(tf, decay, old, moved.get(WEIGHT)));
    return new Values<>(fresh);
  }
}
