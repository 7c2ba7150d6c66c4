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
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

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
 * @param calls how both functions are called
 * @param shown how many of the results of {@code forward} are {@code y}; the others are kept
 * @param forward writes the function
 * @param backward writes its gradient
 */
public record OwnGradient(String name, Calls calls, int shown, Forward forward, Backward backward) {

  /** How a function with a gradient of its own is called, and the gradient. */
  public enum Calls {
    /** As programs of XLA. */
    COMPILED,

    /** By their operations in place of the calls; calls inside have to be pure for that. */
    INLINED,

    /** By calls, of which nothing inside becomes one with its like elsewhere. */
    APART
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

  /**
   * Adds a function that has one y.
   *
   * @param type of y
   * @param free x, by which there are gradients
   * @param fixed what else the function reads
   * @return y, with the shape that {@code forward} gave it
   */
  public <C extends TType> Operand<C> only(
      Ops tf, Class<C> type, List<? extends Operand<?>> free, List<? extends Operand<?>> fixed) {
    return add(tf, free, fixed).get(0).asOutput().expect(type);
  }

  private List<? extends Operand<?>> call(Ops tf, List<Operand<?>> inputs) {
    return called(tf, inputs, calls == Calls.COMPILED, forward::write);
  }

  private List<Output<?>> called(
      Ops tf, List<Operand<?>> inputs, boolean xla, DefinedFunction.Writer writer) {
    try (DefinedFunction function = DefinedFunction.create(name, xla, inputs, writer)) {
      return calls == Calls.INLINED
          ? function.pureResults(tf, inputs)
          : function.results(tf, inputs);
    }
  }

  /** While TensorFlow differentiates, functions can be called but none can be added. */
  private void setGradient(OperationBuilder mark, List<Operand<?>> marked, int first) {
    try (FunctionBody body = FunctionBody.create()) {
      List<Operand<?>> values = new ArrayList<>();
      marked.forEach(value -> values.add(body.parameter(value)));
      List<Operand<?>> gradients = new ArrayList<>();
      for (int i = 0; i < shown; i++) {
        gradients.add(body.parameter(marked.get(first + i)));
      }
      body.results().addAll(gradients(body.tf(), values, gradients));
      long[] arguments = body.dropUnused().stream().mapToLong(i -> i).toArray();
      try (ConcreteFunction function = body.function(name + "-gradient")) {
        // By the first, graphs that this one becomes a function of find it; by the second, we do.
        mark.setAttr(FUNCTION, function);
        mark.setAttr(NAME, function.getDefinedName());
        mark.setAttr(FIRST, (long) first);
        mark.setAttr(ARGUMENTS, arguments);
        mark.setAttr(COMPILED, calls == Calls.COMPILED);
      }
    }
  }

  private List<? extends Operand<?>> gradients(
      Ops tf, List<Operand<?>> values, List<Operand<?>> gradients) {
    if (calls != Calls.APART) {
      return backward.write(tf, values, gradients);
    }
    // Called by its name, a function with calls inside is neither inlined nor given oneDNN's
    // operations. Called by a node of its own, it is given them.
    int first = values.size();
    List<Operand<?>> all = new ArrayList<>(values);
    all.addAll(gradients);
    return called(
        tf,
        all,
        false,
        (body, in) -> backward.write(body, in.subList(0, first), in.subList(first, in.size())));
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
