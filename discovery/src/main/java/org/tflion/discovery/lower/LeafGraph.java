package org.tflion.discovery.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.discovery.program.Argument;
import org.tflion.discovery.program.Constant;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Statement;
import org.tflion.discovery.program.Variable;
import org.tflion.optim.Mixing;
import org.tflion.optim.Rule;

/**
 * The values that a program's variables hold for one leaf of the weights, as operands of a graph.
 *
 * <p>Trees are operands of the leaf's shape; scalars and values of one per leaf are scalars in the
 * leaf's type. What mixes leaves is handed in, in double precision.
 */
final class LeafGraph<T extends TNumber> {

  private final Ops tf;
  private final Class<T> type;
  private final Map<String, Operand<T>> values = new HashMap<>();

  LeafGraph(Ops tf, Mixing.Member<T> member) {
    this.tf = tf;
    this.type = member.weight().type();
    values.put("w", member.weight());
    values.put("g", member.gradient());
    values.put("lr", member.hyper().learningRate());
    member
        .slots()
        .byName()
        .forEach((name, value) -> values.put(name.equals(Rule.WEIGHT) ? "w" : name, value));
  }

  /** What a variable holds now. */
  Operand<T> get(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  /** Runs a statement; {@code mixed} is the scalar that it needs of all leaves, if it needs one. */
  void execute(Statement statement, @Nullable Operand<TFloat64> mixed) {
    values.put(statement.target().name(), result(statement, mixed));
  }

  private Operand<T> result(Statement statement, @Nullable Operand<TFloat64> mixed) {
    Function function = statement.function();
    List<Argument> arguments = statement.arguments();
    return switch (function.signature()) {
      case VALUE -> scalar(Functions.value(function));
      case MAP -> Functions.map(tf, function, argument(arguments.get(0)));
      case LEAF_REDUCTION -> narrow(norm(argument(arguments.get(0))));
      case COMBINATION, SCALARS ->
          Functions.combine(tf, function, argument(arguments.get(0)), argument(arguments.get(1)));
      case REDUCTION -> narrow(mixed == null ? norm(argument(arguments.get(0))) : mixed);
      case PRODUCT ->
          narrow(mixed == null ? Mixed.combine(tf, function, partial(statement)) : mixed);
      case BOUND -> bound(arguments, mixed);
      case BLEND -> blend(arguments);
      case INTEGER -> throw new IllegalStateException("LeafGraph: integers passed the analysis");
    };
  }

  /** {@code x * min(1, limit / norm)}, with the factor in double precision. */
  private Operand<T> bound(List<Argument> arguments, @Nullable Operand<TFloat64> mixed) {
    Operand<T> x = argument(arguments.get(0));
    Operand<TFloat64> norm = mixed == null ? norm(x) : mixed;
    var share = tf.math.div(wideScalar(arguments.get(1)), norm); // []
    return tf.math.mul(x, narrow(tf.math.minimum(tf.constant(1.0), share)));
  }

  /** In the order of operations of {@code Lion}, since XLA fuses by it and then rounds alike. */
  private Operand<T> blend(List<Argument> arguments) {
    Operand<T> x = argument(arguments.get(0));
    Operand<T> y = argument(arguments.get(1));
    Operand<T> share;
    Operand<T> rest;
    if (arguments.get(2) instanceof Constant constant) {
      share = scalar(constant.value());
      rest = scalar(1 - constant.value());
    } else {
      Operand<TFloat64> wide = wideScalar(arguments.get(2));
      share = narrow(wide);
      rest = narrow(tf.math.sub(tf.constant(1.0), wide));
    }
    return tf.math.add(tf.math.mul(share, y), tf.math.mul(rest, x));
  }

  /**
   * This leaf's part of the sums that a mixing statement is made of, scalars: the product of its
   * arguments first, then the squares of each.
   */
  List<Operand<TFloat64>> partial(Statement statement) {
    Operand<T> x = argument(statement.arguments().get(0));
    List<Operand<TFloat64>> sums = new ArrayList<>();
    if (statement.arguments().size() < 2 || statement.function() == Function.CLIP) {
      sums.add(sumOfProducts(x, x));
      return sums;
    }
    Operand<T> y = argument(statement.arguments().get(1));
    sums.add(sumOfProducts(x, y));
    if (statement.function() == Function.COSINE_SIM) {
      sums.add(sumOfProducts(x, x));
      sums.add(sumOfProducts(y, y));
    }
    return sums;
  }

  private Operand<TFloat64> norm(Operand<T> x) {
    return tf.math.sqrt(sumOfProducts(x, x)); // []
  }

  private Operand<TFloat64> sumOfProducts(Operand<T> x, Operand<T> y) {
    var product = tf.math.mul(wide(x), wide(y));
    int[] axes = IntStream.range(0, product.shape().numDimensions()).toArray();
    return tf.sum(product, tf.constant(axes)); // []
  }

  private Operand<T> argument(Argument argument) {
    return argument instanceof Constant constant
        ? scalar(constant.value())
        : get(((Variable) argument).name());
  }

  private Operand<TFloat64> wideScalar(Argument argument) {
    return argument instanceof Constant constant
        ? tf.constant(constant.value())
        : wide(get(((Variable) argument).name()));
  }

  private Operand<T> scalar(double value) {
    return tf.dtypes.cast(tf.constant(value), type); // []
  }

  private Operand<T> narrow(Operand<TFloat64> scalar) {
    return tf.dtypes.cast(scalar, type);
  }

  private Operand<TFloat64> wide(Operand<T> value) {
    return tf.dtypes.cast(value, TFloat64.class);
  }
}
