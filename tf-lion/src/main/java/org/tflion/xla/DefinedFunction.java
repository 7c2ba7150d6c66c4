package org.tflion.xla;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;

/**
 * A function that can be called any number of times until it is closed.
 *
 * @param name of the nodes that call it
 * @param compiled whether XLA must compile it
 * @param function what is called
 * @param used the places of the parameters that its results need, in ascending order
 * @param types of its results
 * @param shapes of its results, as its body knows them
 */
public record DefinedFunction(
    String name,
    boolean compiled,
    ConcreteFunction function,
    List<Integer> used,
    List<DataType> types,
    List<Shape> shapes)
    implements AutoCloseable {

  /** Writes the results of a function. */
  @FunctionalInterface
  public interface Writer {

    /** Adds the operations, from as many inputs as there are arguments. */
    List<? extends Operand<?>> write(Ops tf, List<Operand<?>> inputs);
  }

  /**
   * Writes a function.
   *
   * @param arguments values like those of the calls
   */
  public static DefinedFunction create(
      String name, boolean compiled, List<? extends Operand<?>> arguments, Writer writer) {
    try (FunctionBody body = FunctionBody.create()) {
      arguments.forEach(body::parameter);
      body.results().addAll(writer.write(body.tf(), List.copyOf(body.parameters())));
      return of(name, compiled, body);
    }
  }

  /** Adds one program of XLA without effects, which {@link #pureResults} says more of. */
  public static List<Output<?>> program(
      Ops tf, String name, List<? extends Operand<?>> arguments, Writer writer) {
    try (DefinedFunction function = create(name, true, arguments, writer)) {
      return function.pureResults(tf, arguments);
    }
  }

  /** Takes a body as it is, without the parameters that no result needs. */
  static DefinedFunction of(String name, boolean compiled, FunctionBody body) {
    List<Integer> used = body.dropUnused();
    return new DefinedFunction(
        name,
        compiled,
        body.function(name),
        used,
        body.results().stream().map(result -> result.asOutput().dataType()).toList(),
        body.results().stream().map(Operand::shape).toList());
  }

  /** Adds a call, and says what is known of its results. */
  public List<Output<?>> results(Ops tf, List<? extends Operand<?>> arguments) {
    return shaped(tf, call(tf, arguments));
  }

  /**
   * The same for a function without effects: its operations may take the place of the call, if it
   * is not compiled, and equal calls may become one. It may be called in a function of which the
   * same is said. Where all arguments are constants, TensorFlow computes it beforehand.
   */
  public List<Output<?>> pureResults(Ops tf, List<? extends Operand<?>> arguments) {
    return shaped(tf, call(tf, "PartitionedCall", arguments));
  }

  private List<Output<?>> shaped(Ops tf, Operation node) {
    List<Output<?>> results = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      // The node of a call does not know the shapes of what it returns.
      results.add(tf.ensureShape(node.output(i), shapes.get(i)).asOutput());
    }
    return results;
  }

  /** Adds a call to the graph of {@code tf}, with the control dependencies of {@code tf}. */
  Operation call(Ops tf, List<? extends Operand<?>> arguments) {
    // Grappler folds a stateless call of constants away before XLA sees it.
    return call(tf, "StatefulPartitionedCall", arguments);
  }

  private Operation call(Ops tf, String kind, List<? extends Operand<?>> arguments) {
    tf.scope().env().attachFunction(function);
    OperationBuilder call = tf.scope().opBuilder(kind, name);
    call.addInputList(
        used.stream().map(place -> arguments.get(place).asOutput()).toArray(Output<?>[]::new));
    call.setAttr("Tout", types.toArray(DataType[]::new));
    call.setAttr("f", function);
    if (compiled) {
      call.setAttr("_XlaMustCompile", true);
    }
    return call.build();
  }

  @Override
  public void close() {
    function.close();
  }
}
