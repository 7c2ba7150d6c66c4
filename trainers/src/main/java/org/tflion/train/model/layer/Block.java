package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.Types;
import org.tflion.train.model.layer.Linear.Axis;

/** One layer of a transformer: attention and perceptron, each normed first and added back. */
public record Block(
    Norm firstNorm,
    Attention attention,
    Norm secondNorm,
    FeedForward feedForward,
    Dropout firstDropout,
    Dropout secondDropout) {

  /** Dropouts of one block: of the shares of attention, and of what either half adds. */
  private static final int SITES = 3;

  /**
   * A block of a stack.
   *
   * @param index counted from 0
   */
  static Block of(int index, BlockShape shape) {
    String name = "blocks." + index;
    long site = 1 + (long) SITES * index;
    boolean bias = shape.bias();
    double deviation = BlockShape.DEVIATION;
    double residual = shape.residualDeviation();
    Axis width = new Axis("width", shape.width());
    Axis heads = new Axis("heads", (long) shape.heads() * shape.headWidth());
    Axis threeHeads = new Axis("heads", 3 * heads.size());
    Axis hidden = new Axis("hidden", 4L * shape.width());
    Axis hiddenIn = shape.gated() ? new Axis("hidden", 2 * hidden.size()) : hidden;
    return new Block(
        shape.norm(name + ".attention_norm"),
        new Attention(
            new Linear(name + ".attention.qkv", width, threeHeads, bias, deviation),
            new Linear(name + ".attention.output", heads, width, bias, residual),
            shape.heads(),
            shape.headWidth(),
            shape.rotary(),
            new Dropout(shape.dropout(), site)),
        shape.norm(name + ".feed_forward_norm"),
        new FeedForward(
            new Linear(name + ".feed_forward.input", width, hiddenIn, bias, deviation),
            new Linear(name + ".feed_forward.output", hidden, width, bias, residual),
            shape.activation(),
            shape.gated()),
        new Dropout(shape.dropout(), site + 1),
        new Dropout(shape.dropout(), site + 2));
  }

  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(firstNorm.parameters());
    all.addAll(attention.parameters());
    all.addAll(secondNorm.parameters());
    all.addAll(feedForward.parameters());
    return all;
  }

  /**
   * Applies the layer.
   *
   * @param x rows, [B * T, C]
   * @param context length, mask and noise
   * @return [B * T, C]
   */
  public <T extends TNumber> Operand<T> apply(
      Ops tf, Parameters<T> values, Operand<T> x, Context<T> context) {
    if (!values.compute().recomputed()) {
      return inside(tf, values, x, context);
    }
    List<String> names = parameters().stream().map(Parameter::name).toList();
    return new Recomputed<T>(names, this::inside).apply(tf, values, x, context);
  }

  private <T extends TNumber> Operand<T> inside(
      Ops tf, Parameters<T> values, Operand<T> x, Context<T> context) {
    return apply(tf, values, x, context, values.compute().products(x.type()));
  }

  private <T extends TNumber, C extends TNumber> Operand<T> apply(
      Ops tf, Parameters<T> values, Operand<T> x, Context<T> context, Class<C> products) {
    Operand<C> first = firstNorm.apply(tf, values, x, products); // [B * T, C]
    Operand<C> attended = attention.apply(tf, values, first, context);
    var kept = firstDropout.apply(tf, Types.cast(tf, attended, x.type()), context.noise());
    var middle = tf.math.add(x, kept); // [B * T, C]
    Operand<C> second = secondNorm.apply(tf, values, middle, products); // [B * T, C]
    Operand<C> fed = feedForward.apply(tf, values, second);
    var held = secondDropout.apply(tf, Types.cast(tf, fed, x.type()), context.noise());
    return tf.math.add(middle, held); // [B * T, C]
  }
}
