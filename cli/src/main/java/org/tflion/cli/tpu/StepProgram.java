package org.tflion.cli.tpu;

import java.util.concurrent.Future;
import org.tflion.tpu.lower.Lowered;
import org.tflion.train.step.TracedStep;

/**
 * One of the programs that make up a step, on its way to XLA's language.
 *
 * @param traced the graph that it comes from
 * @param lowering what becomes of it, on another thread
 */
record StepProgram(TracedStep traced, Future<Timed> lowering) {

  /**
   * The program in XLA's language, cut for the devices.
   *
   * @param milliseconds that it took from the graph
   */
  record Timed(Lowered program, long milliseconds) {}
}
