package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Objective;
import org.tflion.train.model.ResidualStream;
import org.tflion.train.model.ResidualStream.Part;
import org.tflion.train.shard.PartArguments.Arguments;
import org.tflion.xla.DefinedFunction;
import org.tflion.xla.FunctionPair;
import org.tflion.xla.FunctionPair.Made;

/**
 * The functions that train a model's parts, each written at its first call and called on every
 * device.
 *
 * <p>Every part is a function and its gradient apart, so that the weights may go between the two;
 * the last part, whose gradient comes at once, is a single function.
 */
final class PartFunctions implements AutoCloseable {

  /**
   * Gradients of the sum of losses that one part made.
   *
   * @param rows by the rows that it read; null if it read none
   * @param weights by its weights
   */
  record Slopes(@Nullable Output<TFloat32> rows, Map<String, Output<TFloat32>> weights) {}

  /**
   * What the last part made.
   *
   * @param loss sum over what counts
   * @param count of what counts
   * @param slopes of the sum
   */
  record Ending(Operand<TFloat32> loss, Operand<TFloat32> count, Slopes slopes) {}

  private final ResidualStream<TFloat32> parts;
  private final PassStyle style;
  private final Map<Part<?>, FunctionPair> pairs = new HashMap<>();
  private @Nullable DefinedFunction last;

  PartFunctions(ResidualStream<TFloat32> parts, PassStyle style) {
    this.parts = parts;
    this.style = style;
  }

  /** Adds the first part; what it makes are the rows. */
  Made first(Arguments arguments) {
    var part = parts.first().orElseThrow();
    return pair(part, arguments, (tf, in) -> part.inside().apply(tf, in.weights(), in.batch()))
        .forward(arguments.tf(), arguments.values(part.names()), arguments.others());
  }

  /** Adds a branch; what it makes is to be added to the rows. */
  Made branch(int index, Arguments arguments) {
    var part = parts.branches().get(index);
    return pair(
            part,
            arguments,
            (tf, in) -> part.inside().apply(tf, in.weights(), in.batch(), in.rows().orElseThrow()))
        .forward(arguments.tf(), arguments.values(part.names()), arguments.others());
  }

  private FunctionPair pair(Part<?> part, Arguments like, PartArguments.Writer writer) {
    return pairs.computeIfAbsent(
        part,
        key ->
            FunctionPair.create(
                new FunctionPair.Kind(
                    "part", style.compiled(), style.recomputed(), like.rows().isPresent() ? 1 : 0),
                like.values(part.names()),
                like.others(),
                (tf, weights, others) ->
                    writer.write(tf, like.inside(part.names(), style.compute(), weights, others))));
  }

  /** The weights that the gradient of a part reads, once the part has been added. */
  List<String> readBackward(Part<?> part) {
    FunctionPair pair = Objects.requireNonNull(pairs.get(part));
    List<String> read = new ArrayList<>();
    for (int i = 0; i < part.names().size(); i++) {
      if (pair.readsBackward(i)) {
        read.add(part.names().get(i));
      }
    }
    return read;
  }

  /**
   * Adds the gradient of a part.
   *
   * @param kept by the part
   * @param by gradient by what the part made
   */
  Slopes backward(Part<?> part, Arguments arguments, List<Output<?>> kept, Operand<TFloat32> by) {
    List<Operand<?>> weights = new ArrayList<>();
    for (String name : part.names()) {
      // What is not read is not gathered, and anything may stand for it.
      weights.add(arguments.weights().getOrDefault(name, by));
    }
    List<Output<?>> made =
        Objects.requireNonNull(pairs.get(part))
            .backward(arguments.tf(), weights, arguments.others(), kept, by);
    return slopes(part, arguments.rows().isPresent(), made);
  }

  private static Slopes slopes(Part<?> part, boolean rows, List<Output<?>> made) {
    int next = rows ? 1 : 0;
    Map<String, Output<TFloat32>> weights = new LinkedHashMap<>();
    for (String name : part.names()) {
      weights.put(name, made.get(next++).expect(TFloat32.class));
    }
    return new Slopes(rows ? made.get(0).expect(TFloat32.class) : null, weights);
  }

  /** Adds the last part and its gradient. */
  Ending last(Arguments arguments) {
    var part = parts.last();
    List<Operand<?>> inputs = arguments.all(part.names());
    if (last == null) {
      last =
          DefinedFunction.create(
              "last-part", style.compiled(), inputs, (tf, in) -> ending(tf, arguments, in));
    }
    List<Output<?>> made = last.results(arguments.tf(), inputs);
    Slopes slopes = slopes(part, arguments.rows().isPresent(), made.subList(2, made.size()));
    return new Ending(
        made.get(0).expect(TFloat32.class), made.get(1).expect(TFloat32.class), slopes);
  }

  private List<Operand<?>> ending(Ops tf, Arguments like, List<Operand<?>> in) {
    var part = parts.last();
    int count = part.names().size();
    PartArguments inside = like.inside(part.names(), style.compute(), in);
    Objective<TFloat32> objective =
        part.inside().apply(tf, inside.weights(), inside.batch(), inside.rows());
    Operand<TFloat32> sum = tf.math.mul(objective.mean(), objective.count()); // []
    List<Output<?>> by = new ArrayList<>();
    inside.rows().ifPresent(rows -> by.add(rows.asOutput()));
    in.subList(0, count).forEach(weight -> by.add(weight.asOutput()));
    List<Operand<?>> results = new ArrayList<>(List.of(sum, objective.count()));
    Graph graph = (Graph) tf.scope().env();
    results.addAll(List.of(graph.addGradients(sum.asOutput(), by.toArray(Output<?>[]::new))));
    return results;
  }

  @Override
  public void close() {
    pairs.values().forEach(FunctionPair::close);
    if (last != null) {
      last.close();
    }
  }
}
