package org.tflion.discovery.interpret;

import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.program.Function;
import org.tflion.discovery.program.Program;

/**
 * A program bound to arrays of weights, ready to step.
 *
 * <p>One step computes {@code (update, m, v) = train(w, g, m, v, lr)} and then {@code w = w -
 * update}. The caller writes the gradient into {@link #gradient()} before each step. Redundant
 * statements are left out. All arrays are allocated at construction; a step allocates nothing.
 *
 * <p>Numbers are never checked: NaN and infinity travel as the arithmetic says. Not thread safe.
 *
 * @param <A> the array of numbers: {@code float[]} or {@code double[]}
 */
public final class Interpreter<A> {

  private final Arithmetic<A> arithmetic;
  private final Leaves leaves;
  private final Compiler<A> compiled;
  private final Runnable[] instructions;
  private final Arithmetic.Combination<A> subtraction;

  /**
   * Binds a program.
   *
   * @throws org.tflion.discovery.abstracts.InvalidProgramException if the program cannot run
   */
  public Interpreter(Program program, Leaves leaves, Arithmetic<A> arithmetic) {
    this.arithmetic = arithmetic;
    this.leaves = leaves;
    this.compiled = new Compiler<>(program, Analysis.of(program), leaves, arithmetic);
    this.instructions = compiled.instructions();
    this.subtraction = arithmetic.combination(Function.SUBTRACT);
  }

  /**
   * Takes one step.
   *
   * @param learningRate the value of the schedule at this step
   */
  public void step(double learningRate) {
    arithmetic.set(compiled.input("lr"), 0, learningRate);
    for (Runnable instruction : instructions) {
      instruction.run();
    }
    keep("m");
    keep("v");
    subtraction.run(weights(), update(), weights());
  }

  private void keep(String name) {
    A state = compiled.input(name);
    A result = compiled.output(name);
    if (state != result) {
      arithmetic.copy(result, state);
    }
  }

  /** Forgets {@code m} and {@code v}, as before the first step. */
  public void reset() {
    arithmetic.fill(m(), 0, leaves.size(), 0);
    arithmetic.fill(v(), 0, leaves.size(), 0);
  }

  /** The weights, for the caller to set before the first step. */
  public A weights() {
    return compiled.input("w");
  }

  /** The gradient, for the caller to set before each step. */
  public A gradient() {
    return compiled.input("g");
  }

  /** The first state, as the last step left it. */
  public A m() {
    return compiled.input("m");
  }

  /** The second state, as the last step left it. */
  public A v() {
    return compiled.input("v");
  }

  /** What the last step subtracted from the weights. */
  public A update() {
    return compiled.output("update");
  }
}
