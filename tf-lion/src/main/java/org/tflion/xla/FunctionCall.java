package org.tflion.xla;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.family.TType;

/**
 * A node that calls a function of its own, either plainly or as one program compiled by XLA.
 *
 * <p>A compiled call never falls back: if an operation inside the function has no XLA kernel, the
 * first run fails and names it. Variables are passed as handles; the function reads and assigns
 * them itself, and XLA then writes in place.
 *
 * <p>The function's body is written against {@link #body}; whatever it needs from outside is handed
 * in by {@link #pass} or {@link #passHandle}, so arguments and parameters cannot fall out of step.
 */
public final class FunctionCall {

  private final FunctionBody body;
  private final List<Operand<?>> arguments = new ArrayList<>();

  private FunctionCall(FunctionBody body) {
    this.body = body;
  }

  /**
   * Adds a call to the graph of {@code tf}, with the control dependencies of {@code tf}.
   *
   * @param name of the node
   * @param compiled whether XLA must compile the function
   * @param writer writes the function's body
   * @return the node, whose outputs are the results in their order
   */
  public static Operation add(
      Ops tf, String name, boolean compiled, Consumer<FunctionCall> writer) {
    return addIfAny(tf, name, compiled, writer).orElseThrow();
  }

  /** The same, but adds nothing if the writer adds no result. */
  public static Optional<Operation> addIfAny(
      Ops tf, String name, boolean compiled, Consumer<FunctionCall> writer) {
    try (FunctionBody body = FunctionBody.create()) {
      FunctionCall call = new FunctionCall(body);
      writer.accept(call);
      if (body.results().isEmpty()) {
        return Optional.empty();
      }
      try (DefinedFunction function = DefinedFunction.of(name, compiled, body)) {
        return Optional.of(function.call(tf, call.arguments));
      }
    }
  }

  /** The operations of the function's own graph. */
  public Ops body() {
    return body.tf();
  }

  /** Hands in a value, of which the function sees the type and the static shape. */
  public <T extends TType> Operand<T> pass(Operand<T> argument) {
    arguments.add(argument);
    return body.parameter(argument);
  }

  /** Hands in a resource variable, of which the function sees the handle. */
  public <T extends TType> Output<T> passHandle(Output<T> handle) {
    OperationBuilder parameter = body.tf().scope().opBuilder(Placeholder.OP_NAME, "handle");
    parameter.setAttr("dtype", DataType.DT_RESOURCE);
    parameter.setAttr("shape", Shape.scalar());
    Output<T> inside = parameter.build().output(0);
    arguments.add(handle);
    body.parameters().add(inside);
    return inside;
  }

  /** Adds a result of the function. */
  public void result(Operand<?> value) {
    body.results().add(value);
  }
}
