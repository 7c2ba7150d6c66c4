package org.tflion.xla;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;

/**
 * A function of a graph with a gradient of its own, instead of the gradients of its operations.
 *
 * <pre>{@code
 * y, kept = forward(x, fixed)
 * dx      = backward(x, fixed, y, kept, dy)
 * }</pre>
 *
 * <p>Both are calls of functions, compiled by XLA or not. The graph is not differentiated through
 * the forward call: its results pass a node that stops gradients, and then one of the kind {@code
 * IdentityN}, for which TensorFlow has no gradient, so that the one given here is the backward
 * call. Where nothing is differentiated, as in an eager session, the function is its operations.
 *
 * @param name of the nodes
 * @param compiled what XLA compiles
 * @param shown how many of the results of {@code forward} are {@code y}; the others are kept
 * @param forward writes the function
 * @param backward writes its gradient
 */
public record OwnGradient(
    String name, Compiled compiled, int shown, Forward forward, Backward backward) {

  /** What XLA compiles of a function with a gradient of its own. */
  public enum Compiled {
    BOTH,
    BACKWARD,
    NEITHER
  }

  /** Writes a function. */
  @FunctionalInterface
  public interface Forward {

    /**
     * Adds the operations.
     *
     * @param inputs x, then what is fixed
     * @return y, then what the gradient needs besides
     */
    List<? extends Operand<?>> write(Ops tf, List<Operand<?>> inputs);
  }

  /** Writes the gradient of a function. */
  @FunctionalInterface
  public interface Backward {

    /**
     * Adds the operations.
     *
     * @param values x, then what is fixed, then y, then what was kept
     * @param gradients of what follows, by every y
     * @return gradients of what follows, by every x
     */
    List<? extends Operand<?>> write(Ops tf, List<Operand<?>> values, List<Operand<?>> gradients);
  }

  private static final String MARK = "IdentityN";

  /** Attributes of a marked node: the function that is its gradient, and what to call it with. */
  private static final String FUNCTION = "_tflion_gradient";

  private static final String NAME = "_tflion_gradient_name";
  private static final String ARGUMENTS = "_tflion_arguments";
  private static final String FIRST = "_tflion_first";
  private static final String COMPILED = "_tflion_compiled";

  static {
    TensorFlow.registerCustomGradient(MARK, OwnGradient::differentiate);
  }

  /**
   * Adds the function.
   *
   * @param free x, by which there are gradients
   * @param fixed what else the function reads
   * @return y, with the shapes that {@code forward} gave them
   */
  public List<Operand<?>> add(
      Ops tf, List<? extends Operand<?>> free, List<? extends Operand<?>> fixed) {
    List<Operand<?>> inputs = new ArrayList<>(free);
    inputs.addAll(fixed);
    if (tf.scope().env().environmentType() == ExecutionEnvironment.Types.EAGER) {
      return List.copyOf(forward.write(tf, inputs).subList(0, shown));
    }
    List<Operand<?>> marked = new ArrayList<>(free);
    fixed.forEach(value -> marked.add(tf.stopGradient(value)));
    call(tf, inputs).forEach(result -> marked.add(tf.stopGradient(result)));
    OperationBuilder builder = tf.scope().opBuilder(MARK, name + "-mark");
    builder.addInputList(marked.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
    setGradient(builder, marked, inputs.size());
    Operation mark = builder.build();
    List<Operand<?>> results = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      results.add(mark.output(inputs.size() + i));
    }
    return results;
  }

  private List<Operand<?>> call(Ops tf, List<Operand<?>> inputs) {
    List<Shape> shapes = new ArrayList<>();
    Operation node =
        FunctionCall.add(
            tf,
            name,
            compiled == Compiled.BOTH,
            call -> {
              List<Operand<?>> passed = new ArrayList<>();
              inputs.forEach(input -> passed.add(call.pass(input)));
              for (Operand<?> result : forward.write(call.body(), passed)) {
                call.result(result);
                shapes.add(result.shape());
              }
            });
    List<Operand<?>> results = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      // The node of a call does not know the shapes of what it returns.
      results.add(tf.ensureShape(node.output(i), shapes.get(i)));
    }
    return results;
  }

  /** While TensorFlow differentiates, functions can be called but none can be added. */
  private void setGradient(OperationBuilder mark, List<Operand<?>> marked, int first) {
    try (FunctionBody body = FunctionBody.create()) {
      List<Operand<?>> values = new ArrayList<>();
      marked.forEach(value -> values.add(parameter(body, value)));
      List<Operand<?>> gradients = new ArrayList<>();
      for (int i = 0; i < shown; i++) {
        gradients.add(parameter(body, marked.get(first + i)));
      }
      body.results().addAll(backward.write(body.tf(), values, gradients));
      long[] arguments = body.dropUnused().stream().mapToLong(i -> i).toArray();
      try (ConcreteFunction function = body.function(name + "-gradient")) {
        // By the first, graphs that this one becomes a function of find it; by the second, we do.
        mark.setAttr(FUNCTION, function);
        mark.setAttr(NAME, function.getDefinedName());
        mark.setAttr(FIRST, (long) first);
        mark.setAttr(ARGUMENTS, arguments);
        mark.setAttr(COMPILED, compiled != Compiled.NEITHER);
      }
    }
  }

  private static Operand<?> parameter(FunctionBody body, Operand<?> like) {
    Operand<?> parameter = body.tf().placeholder(like.type(), Placeholder.shape(like.shape()));
    body.parameters().add(parameter);
    return parameter;
  }

  /** TensorFlow holds a lock of the graph meanwhile, which asking for a shape would wait for. */
  private static List<Operand<?>> differentiate(
      Ops tf, GraphOperation mark, List<Output<?>> gradients) {
    int first = (int) mark.attributes().getAttrInt(FIRST);
    List<Output<?>> all = new ArrayList<>();
    for (int i = 0; i < mark.numInputs(); i++) {
      all.add(mark.input(i));
    }
    all.addAll(gradients.subList(first, gradients.size()));
    // A node of the kind that is named as a function calls it.
    OperationBuilder call = tf.scope().opBuilder(mark.attributes().getAttrString(NAME), "gradient");
    for (long argument : mark.attributes().getAttrIntList(ARGUMENTS)) {
      call.addInput(all.get((int) argument));
    }
    if (mark.attributes().getAttrBool(COMPILED)) {
      call.setAttr("_XlaMustCompile", true);
    }
    Operation node = call.build();
    List<Operand<?>> back = new ArrayList<>();
    for (int i = 0; i < mark.numInputs(); i++) {
      // Gradients by what is not free end at a node that stops them, whatever they are.
      back.add(i < node.numOutputs() ? node.output(i) : mark.input(i));
    }
    return back;
  }
}
