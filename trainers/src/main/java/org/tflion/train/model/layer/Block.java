package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.ResidualStream.Branch;
import org.tflion.train.model.ResidualStream.Part;
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
    // The gradient of Add would ask for the shapes of what it adds, and so for their values.
    var middle = tf.math.addN(List.of(x, attended(tf, values, x, context))); // [B * T, C]
    return tf.math.addN(List.of(middle, fed(tf, values, middle, context))); // [B * T, C]
  }

  /**
   * Both halves, each of which adds to the rows.
   *
   * @param peers that share each of them
   */
  public <T extends TNumber> List<Part<Branch<T>>> branches(int peers, Contexts<T> contexts) {
    Block own =
        new Block(
            firstNorm,
            attention.shared(peers),
            secondNorm,
            feedForward.shared(peers),
            firstDropout,
            secondDropout);
    return List.of(
        new Part<>(
            names(firstNorm.parameters(), attention.parameters()),
            attention.shares(),
            (tf, values, batch, x) ->
                own.attended(tf, values, x, contexts.of(tf, batch, x.type()))),
        new Part<>(
            names(secondNorm.parameters(), feedForward.parameters()),
            feedForward.shares(),
            (tf, values, batch, x) -> own.fed(tf, values, x, contexts.of(tf, batch, x.type()))));
  }

  private static List<String> names(List<Parameter> norm, List<Parameter> rest) {
    return Stream.concat(norm.stream(), rest.stream()).map(Parameter::name).toList();
  }

  /** What the layers of a pass have in common, by the batch. */
  @FunctionalInterface
  public interface Contexts<T extends TNumber> {

    /** Adds the mask. */
    Context<T> of(Ops tf, Inputs batch, Class<T> type);
  }

  private <T extends TNumber> Operand<T> attended(
      Ops tf, Parameters<T> values, Operand<T> x, Context<T> context) {
    Class<? extends TNumber> products = values.compute().products(x.type());
    var normed = firstNorm.apply(tf, values, x, products); // [B * T, C]
    var attended = attention.apply(tf, values, normed, context); // [B * T, C]
    return firstDropout.apply(tf, Types.cast(tf, attended, x.type()), context.noise());
  }

  private <T extends TNumber> Operand<T> fed(
      Ops tf, Parameters<T> values, Operand<T> x, Context<T> context) {
    Class<? extends TNumber> products = values.compute().products(x.type());
    var fed = feedForward.apply(tf, values, secondNorm.apply(tf, values, x, products));
    return secondDropout.apply(tf, Types.cast(tf, fed, x.type()), context.noise());
  }
}
