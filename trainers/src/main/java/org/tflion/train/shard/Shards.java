package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.Piece;
import org.tflion.optim.Weight;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameter;
import org.tflion.train.shard.Partition.Part;

/**
 * The weights of a model as resource variables, each on the device that owns it.
 *
 * @param partition who owns what
 * @param byDevice the weights of each device by name, whole or in pieces
 */
record Shards(Partition partition, List<Map<String, Weight<TFloat32>>> byDevice) {

  /** Multiplier of the seed, that of an unsharded step, so that first weights are the same. */
  private static final long SPREAD = 1_000_003;

  /**
   * Adds the variables and, to the init scope, their first values. A device makes the first value
   * of one parameter at a time, whole, and keeps its piece.
   */
  static Shards create(List<Ops> each, Model model, Partition partition, long seed) {
    List<Map<String, Weight<TFloat32>>> byDevice = new ArrayList<>();
    List<List<Op>> before = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      byDevice.add(new LinkedHashMap<>());
      before.add(new ArrayList<>());
    }
    List<Parameter> parameters = model.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      for (Part part : partition.parts(parameter.name())) {
        Ops tf = each.get(part.owner());
        Weight<TFloat32> weight = variable(tf, parameter, part);
        byDevice.get(part.owner()).put(parameter.name(), weight);
        List<Op> last = before.get(part.owner());
        Ops init = tf.withInitScope().withControlDependencies(last);
        last.clear();
        last.add(weight.assign(init, first(init, parameter, part, seed * SPREAD + i)));
      }
    }
    return new Shards(partition, byDevice);
  }

  private static Weight<TFloat32> variable(Ops tf, Parameter parameter, Part part) {
    return part.piece()
        .map(piece -> Weight.piece(tf, parameter.name(), piece, TFloat32.class))
        .orElseGet(() -> Weight.resource(tf, parameter.name(), parameter.shape(), TFloat32.class));
  }

  private static Operand<TFloat32> first(Ops init, Parameter parameter, Part part, long seed) {
    var whole = parameter.initializer().value(init, parameter.shape(), TFloat32.class, seed);
    return part.piece().map(piece -> cut(init, whole, piece)).orElse(whole);
  }

  /** What a piece is of a whole value; a slice alone would keep all of the whole in memory. */
  private static Operand<TFloat32> cut(Ops tf, Operand<TFloat32> whole, Piece piece) {
    long[] begin = new long[piece.whole().numDimensions()];
    begin[piece.axis()] = piece.start();
    return tf.deepCopy(tf.slice(whole, tf.constant(begin), tf.constant(piece.shape().asArray())));
  }

  /** Adds reads of weights where they lie. */
  List<Map<String, Operand<TFloat32>>> read(List<Ops> each, List<String> names) {
    List<Map<String, Operand<TFloat32>>> values = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      Ops tf = each.get(k);
      Map<String, Operand<TFloat32>> own = new LinkedHashMap<>();
      for (String name : names) {
        Weight<TFloat32> weight = byDevice.get(k).get(name);
        if (weight != null) {
          own.put(name, weight.read(tf));
        }
      }
      values.add(own);
    }
    return values;
  }

  /** Some weight of the first device, to put variables beside it. */
  Weight<TFloat32> any() {
    return byDevice.get(0).values().iterator().next();
  }
}
