package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tflion.Require;
import org.tflion.optim.AveragedRule;
import org.tflion.optim.Piece;
import org.tflion.optim.Place;
import org.tflion.optim.Rule;
import org.tflion.optim.Slot;
import org.tflion.optim.Storage;
import org.tflion.optim.Trainable;
import org.tflion.optim.Weight;
import org.tflion.train.step.StateTensor;

/**
 * Everything that makes two steps differ, on the devices where it lies.
 *
 * @param shards the weights, also the frozen ones
 * @param updates how many there were, on the first device
 * @param trainables those that move, with gradient and slots, of each device
 * @param stored everything that a checkpoint keeps, of each device
 */
record ShardedState(
    Shards shards,
    Weight<TInt64> updates,
    List<List<Trainable<?>>> trainables,
    List<List<Stored>> stored) {

  /**
   * What a variable holds of a tensor of a checkpoint.
   *
   * @param name of the tensor
   * @param variable that holds it
   * @param piece which part; empty if all of it
   */
  record Stored(String name, Weight<?> variable, Optional<Piece> piece) {}

  /** Adds the slots of a rule for every weight that it trains. */
  static ShardedState create(
      List<Ops> each, Rule rule, Shards shards, Weight<TInt64> updates, PieceGradients gradients) {
    List<List<Trainable<?>>> trainables = new ArrayList<>();
    List<List<Stored>> stored = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      Ops tf = each.get(k);
      int device = k;
      List<Trainable<?>> moving = new ArrayList<>();
      List<Stored> own = new ArrayList<>();
      shards
          .byDevice()
          .get(k)
          .forEach(
              (name, weight) -> {
                own.add(new Stored(StateTensor.WEIGHTS + name, weight, weight.piece()));
                if (rule.trains(name)) {
                  Map<String, Weight<TFloat32>> slots = slots(tf, rule, weight, own);
                  moving.add(new Trainable<>(weight, gradients.by(device, name), slots));
                }
              });
      trainables.add(moving);
      stored.add(own);
    }
    stored.get(0).add(new Stored("updates", updates, Optional.empty()));
    return new ShardedState(shards, updates, trainables, stored);
  }

  private static Map<String, Weight<TFloat32>> slots(
      Ops tf, Rule rule, Weight<TFloat32> weight, List<Stored> stored) {
    Map<String, Weight<TFloat32>> slots = new LinkedHashMap<>();
    var whole = weight.piece().map(Piece::whole).orElse(weight.shape());
    for (Slot slot : rule.of(weight.name()).slots(whole)) {
      Require.that(
          weight.piece().isEmpty() || slot.storage() != Storage.BLOCK8,
          "optimizer.storage must be exact or bfloat16 with shard.mesh, as blocks of weights do not"
              + " end where their pieces do",
          "block8");
      Weight<TFloat32> made = slot.beside(tf, weight, weight.name() + "-" + slot.name());
      slots.put(slot.name(), made);
      String name = StateTensor.slot(slot.name(), weight.name());
      Optional<Piece> piece = weight.piece().flatMap(slot::piece);
      stored.add(new Stored(name, made.parts().get(0), piece));
      for (int i = 1; i < made.parts().size(); i++) {
        stored.add(new Stored(name + "-" + i, made.parts().get(i), piece));
      }
    }
    return slots;
  }

  /**
   * The places of one update.
   *
   * @param after what must run on each device before anything is written
   */
  List<Place> places(List<Ops> each, List<List<Op>> after) {
    List<Place> places = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      places.add(new Place(each.get(k), trainables.get(k), after.get(k)));
    }
    return places;
  }

  /** Adds reads of what the model is evaluated by: the averages, where there are any. */
  List<Map<String, Operand<TFloat32>>> evaluated(List<Ops> each, List<String> names) {
    List<Map<String, Operand<TFloat32>>> values = shards.read(each, names);
    var began = each.get(0).math.greater(updates.read(each.get(0)), each.get(0).constant(0L));
    for (int k = 0; k < each.size(); k++) {
      Ops tf = each.get(k);
      for (Trainable<?> trainable : trainables.get(k)) {
        Weight<?> average = trainable.slots().get(AveragedRule.AVERAGE);
        if (average != null && values.get(k).containsKey(trainable.weight().name())) {
          @SuppressWarnings("unchecked") // an average has the type of its weight
          Operand<TFloat32> kept = (Operand<TFloat32>) average.read(tf);
          // The averages are zero until the first update.
          values
              .get(k)
              .computeIfPresent(
                  trainable.weight().name(), (name, now) -> tf.select(began, kept, now));
        }
      }
    }
    return values;
  }
}
