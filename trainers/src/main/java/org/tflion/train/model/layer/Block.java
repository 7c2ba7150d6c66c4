package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
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
    var attended = attention.apply(tf, values, firstNorm.apply(tf, values, x), context);
    var middle = tf.math.add(x, firstDropout.apply(tf, attended, context.noise())); // [B * T, C]
    var fed = feedForward.apply(tf, values, secondNorm.apply(tf, values, middle));
    return tf.math.add(middle, secondDropout.apply(tf, fed, context.noise())); // [B * T, C]
  }
}
