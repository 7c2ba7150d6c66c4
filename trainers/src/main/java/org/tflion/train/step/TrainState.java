package org.tflion.train.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tflion.optim.AveragedRule;
import org.tflion.optim.Rule;
import org.tflion.optim.Slot;
import org.tflion.optim.Trainable;
import org.tflion.optim.Weight;
import org.tflion.train.model.Parameters;

/**
 * Everything that makes two steps differ.
 *
 * @param weights all of them, also the frozen ones
 * @param trainables those that move, with gradient and slots
 * @param updates how many there were
 */
record TrainState(Variables weights, List<Trainable<?>> trainables, Weight<TInt64> updates) {

  /** Adds the slots of a rule for every weight that it trains. */
  static TrainState create(
      Ops tf,
      Rule rule,
      Variables weights,
      LossFunction.Gradients gradients,
      Weight<TInt64> updates) {
    List<Trainable<?>> trainables = new ArrayList<>();
    weights
        .byName()
        .forEach(
            (name, weight) -> {
              if (rule.trains(name)) {
                trainables.add(
                    new Trainable<>(weight, gradients.by(name), slots(tf, rule, weight)));
              }
            });
    return new TrainState(weights, trainables, updates);
  }

  private static Map<String, Weight<TFloat32>> slots(Ops tf, Rule rule, Weight<TFloat32> weight) {
    Map<String, Weight<TFloat32>> slots = new LinkedHashMap<>();
    for (Slot slot : rule.of(weight.name()).slots(weight.shape())) {
      slots.put(slot.name(), slot.beside(tf, weight, weight.name() + "-" + slot.name()));
    }
    return slots;
  }

  /** The variables under the names that checkpoints use. */
  Map<String, Weight<?>> saved() {
    Map<String, Weight<?>> saved = new LinkedHashMap<>();
    saved.put("updates", updates);
    saved.putAll(weights.saved());
    for (Trainable<?> trainable : trainables) {
      String name = trainable.weight().name();
      trainable.slots().forEach((slot, value) -> put(saved, StateTensor.slot(slot, name), value));
    }
    return saved;
  }

  /** What a checkpoint knows the average of a weight by. */
  static String average(String parameter) {
    return StateTensor.slot(AveragedRule.AVERAGE, parameter);
  }

  /** As it lies in memory: what is kept small stays small on disk, and exact. */
  private static void put(Map<String, Weight<?>> saved, String name, Weight<?> slot) {
    List<Weight<?>> parts = slot.parts();
    saved.put(name, parts.get(0));
    for (int i = 1; i < parts.size(); i++) {
      saved.put(name + "-" + i, parts.get(i));
    }
  }

  /** Adds reads of what the model is evaluated by: the averages, where there are any. */
  Parameters<TFloat32> evaluated(Ops tf) {
    Map<String, Operand<TFloat32>> values = new LinkedHashMap<>(weights.read(tf).byName());
    var began = tf.math.greater(updates.read(tf), tf.constant(0L)); // []
    for (Trainable<?> trainable : trainables) {
      Weight<?> average = trainable.slots().get(AveragedRule.AVERAGE);
      if (average != null) {
        @SuppressWarnings("unchecked") // an average has the type of its weight
        Operand<TFloat32> kept = (Operand<TFloat32>) average.read(tf);
        // The averages are zero until the first update.
        values.computeIfPresent(
            trainable.weight().name(), (name, now) -> tf.select(began, kept, now));
      }
    }
    return new Parameters<>(values);
  }
}
