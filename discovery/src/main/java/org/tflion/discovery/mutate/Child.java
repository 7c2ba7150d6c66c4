package org.tflion.discovery.mutate;

import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.program.Program;

/**
 * A valid program and what is known of it.
 *
 * @param program the program
 * @param analysis of that program
 */
public record Child(Program program, Analysis analysis) {

  /**
   * Analyses a program.
   *
   * @throws org.tflion.discovery.abstracts.InvalidProgramException if the program cannot run
   */
  public static Child of(Program program) {
    return new Child(program, Analysis.of(program));
  }
}
