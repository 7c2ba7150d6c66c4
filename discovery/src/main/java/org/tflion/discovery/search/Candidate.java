package org.tflion.discovery.search;

import org.tflion.discovery.mutate.Child;
import org.tflion.discovery.program.Program;

/**
 * A program with its fitness.
 *
 * @param child the program and its analysis
 * @param fitness by the task; higher is better
 */
public record Candidate(Child child, double fitness) {

  /** The program. */
  public Program program() {
    return child.program();
  }
}
