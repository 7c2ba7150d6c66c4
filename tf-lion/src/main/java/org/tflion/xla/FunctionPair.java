package org.tflion.xla;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/**
 * A function and its gradient as two functions, so that the weights may go between their calls.
 *
 * <pre>{@code
 * y, kept = forward(w, x, fixed)
 * dx, dw  = backward(w, x, fixed, kept, dy)
 * }</pre>
 *
 * <p>What is kept depends on {@code x} or on what is fixed. What depends on weights alone, such as
 * a weight in another type, the backward function computes anew, as it would take as much memory as
 * the weights themselves. A pair that recomputes keeps nothing.
 *
 * <p>Both can be called any number of times until the pair is closed.
 */
public final class FunctionPair implements AutoCloseable {

  /** Writes the function. */
  @FunctionalInterface
  public interface Writer {

    /** Adds the operations of one value, from weights and from x and what is fixed. */
    Operand<?> write(Ops tf, List<Operand<?>> weights, List<Operand<?>> others);
  }

  /**
   * How a pair is made.
   *
   * @param name of the nodes that call it
   * @param compiled whether XLA compiles both functions
   * @param recomputed whether the backward function computes the forward one anew
   * @param free number of the x among the others, of which they are the first
   */
  public record Kind(String name, boolean compiled, boolean recomputed, int free) {}

  /**
   * What a forward call made.
   *
   * @param result y
   * @param kept what a backward call needs of it
   */
  public record Made(Output<?> result, List<Output<?>> kept) {}

  private final DefinedFunction forward;
  private final DefinedFunction backward;

  private FunctionPair(DefinedFunction forward, DefinedFunction backward) {
    this.forward = forward;
    this.backward = backward;
  }

  /**
   * Writes both functions.
   *
   * @param weights values like those of the calls; there is a gradient by each
   * @param others the same; those that are free come first
   */
  public static FunctionPair create(
      Kind kind,
      List<? extends Operand<?>> weights,
      List<? extends Operand<?>> others,
      Writer writer) {
    try (FunctionBody body = FunctionBody.create()) {
      List<Operand<?>> w = weights.stream().<Operand<?>>map(body::parameter).toList();
      List<Operand<?>> x = others.stream().<Operand<?>>map(body::parameter).toList();
      Output<?> y = writer.write(body.tf(), w, x).asOutput();
      List<Operand<?>> free = new ArrayList<>(x.subList(0, kind.free()));
      free.addAll(w);
      Operand<?> dy = body.placeholder(y);
      List<Output<?>> gradients =
          List.of(
              body.graph()
                  .addGradients(
                      "gradient",
                      new Output<?>[] {y},
                      free.stream().map(Operand::asOutput).toArray(Output<?>[]::new),
                      new Output<?>[] {dy.asOutput()}));
      Residuals residuals =
          kind.recomputed() ? Residuals.NONE : Residuals.of(body.graph(), x, y, gradients);
      body.results().add(y);
      body.results().addAll(residuals.values());
      List<Operand<?>> back = new ArrayList<>(body.parameters());
      back.add(dy);
      try (FunctionBody cut = residuals.cut(body, back, gradients)) {
        return new FunctionPair(
            DefinedFunction.of(kind.name(), kind.compiled(), body),
            DefinedFunction.of(kind.name() + "-gradient", kind.compiled(), cut));
      }
    }
  }

  /** Adds a call of the forward function. */
  public Made forward(
      Ops tf, List<? extends Operand<?>> weights, List<? extends Operand<?>> others) {
    List<Operand<?>> arguments = new ArrayList<>(weights);
    arguments.addAll(others);
    List<Output<?>> made = forward.results(tf, arguments);
    return new Made(made.get(0), made.subList(1, made.size()));
  }

  /** Whether the backward function reads a weight. */
  public boolean readsBackward(int weight) {
    return backward.used().contains(weight);
  }

  /**
   * Adds a call of the backward function.
   *
   * @param weights those that it does not read may be anything
   * @param kept of the forward call
   * @param by gradient by y
   * @return gradients by every x, then by every weight
   */
  public List<Output<?>> backward(
      Ops tf,
      List<? extends Operand<?>> weights,
      List<? extends Operand<?>> others,
      List<? extends Operand<?>> kept,
      Operand<?> by) {
    List<Operand<?>> arguments = new ArrayList<>(weights);
    arguments.addAll(others);
    arguments.add(by);
    arguments.addAll(kept);
    return backward.results(tf, arguments);
  }

  @Override
  public void close() {
    forward.close();
    backward.close();
  }
}
