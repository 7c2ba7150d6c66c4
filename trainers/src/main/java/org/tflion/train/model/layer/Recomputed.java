package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameters;
import org.tflion.xla.OwnGradient;

/**
 * A part of a model that keeps nothing but its input for its gradient: the gradient computes the
 * part once more.
 *
 * @param names of its parameters
 * @param inside the part
 * @see <a href="https://arxiv.org/abs/1604.06174">Chen et al., 2016</a>
 */
public record Recomputed<T extends TNumber>(List<String> names, Inside<T> inside) {

  /** A part of a model, from rows to rows of the same shape. */
  @FunctionalInterface
  public interface Inside<T extends TNumber> {

    /** Adds the part. */
    Operand<T> apply(Ops tf, Parameters<T> values, Operand<T> x, Context<T> context);
  }

  /**
   * Applies the part.
   *
   * @param x rows
   * @return rows
   */
  public Operand<T> apply(Ops tf, Parameters<T> values, Operand<T> x, Context<T> context) {
    List<Operand<T>> free = new ArrayList<>(List.of(x));
    names.forEach(name -> free.add(values.get(name)));
    List<Operand<?>> fixed = new ArrayList<>();
    if (context.mask() != null) {
      fixed.add(context.mask());
    }
    if (context.noise() != null) {
      fixed.add(context.noise());
    }
    Class<T> type = x.type();
    Written<T> written =
        new Written<>(this, values, type, context, context.mask() != null, context.noise() != null);
    return new OwnGradient(
            "recomputed", OwnGradient.Calls.APART, 1, written::forward, written::backward)
        .only(tf, type, free, fixed);
  }

  /** The part inside a function, whose inputs are the rows, the parameters, the mask, the noise. */
  private record Written<T extends TNumber>(
      Recomputed<T> part,
      Parameters<T> values,
      Class<T> type,
      Context<T> outside,
      boolean masked,
      boolean noisy) {

    List<Operand<T>> forward(Ops tf, List<Operand<?>> in) {
      Map<String, Operand<T>> named = new LinkedHashMap<>();
      int next = 1;
      for (String name : part.names()) {
        named.put(name, in.get(next++).asOutput().expect(type));
      }
      Operand<T> mask = masked ? in.get(next++).asOutput().expect(type) : null;
      var noise = noisy ? in.get(next).asOutput().expect(TInt64.class) : null;
      Operand<T> x = in.get(0).asOutput().expect(type);
      Context<T> context = new Context<>(outside.length(), outside.causal(), mask, noise);
      return List.of(
          part.inside().apply(tf, new Parameters<>(named, values.compute()), x, context));
    }

    List<Output<?>> backward(Ops tf, List<Operand<?>> in, List<Operand<?>> by) {
      Output<T> y = forward(tf, in).get(0).asOutput();
      Output<?>[] free =
          in.subList(0, 1 + part.names().size()).stream()
              .map(Operand::asOutput)
              .toArray(Output<?>[]::new);
      Graph graph = (Graph) tf.scope().env();
      return List.of(
          graph.addGradients(
              "again", new Output<?>[] {y}, free, new Output<?>[] {by.get(0).asOutput()}));
    }
  }
}
