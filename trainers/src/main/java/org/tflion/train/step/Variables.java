package org.tflion.train.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tflion.optim.Weight;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

/**
 * The parameters of a model as float32 resource variables of a graph.
 *
 * @param byName a variable for each parameter, in the model's order
 */
record Variables(Map<String, Weight<TFloat32>> byName) {

  /** Adds the variables and, to the init scope, their first values. */
  static Variables create(Ops tf, Model model, long seed) {
    Map<String, Weight<TFloat32>> made = new LinkedHashMap<>();
    Ops init = tf.withInitScope();
    Ops next = init;
    List<Parameter> parameters = model.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      Weight<TFloat32> weight =
          Weight.resource(tf, parameter.name(), parameter.shape(), TFloat32.class);
      // One after the other: what a value is made from goes before the next is made.
      next =
          init.withControlDependencies(
              weight.assign(
                  next,
                  parameter
                      .initializer()
                      .value(next, parameter.shape(), TFloat32.class, seed * 1_000_003 + i)));
      made.put(parameter.name(), weight);
    }
    return new Variables(made);
  }

  /** The variables by the names that checkpoints use. */
  Map<String, Weight<?>> saved() {
    Map<String, Weight<?>> saved = new LinkedHashMap<>();
    byName.forEach((name, weight) -> saved.put(StateTensor.WEIGHTS + name, weight));
    return saved;
  }

  /** The variables by the names under which a checkpoint has what to use a model by. */
  Map<String, Weight<?>> saved(SavedWeights from) {
    Map<String, Weight<?>> saved = new LinkedHashMap<>();
    byName.forEach((name, weight) -> saved.put(from.key(name), weight));
    return saved;
  }

  /** Adds the counter of their updates, zero at first. */
  Weight<TInt64> counter(Ops tf) {
    Weight<TFloat32> like = byName.values().iterator().next();
    return like.sibling(tf, "updates", Shape.scalar(), TInt64.class);
  }

  /** Adds a read of every variable. */
  Parameters<TFloat32> read(Ops tf) {
    Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
    byName.forEach((name, weight) -> values.put(name, weight.read(tf)));
    return new Parameters<>(values);
  }
}
