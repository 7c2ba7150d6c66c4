package org.tflion.train.step;

import java.nio.file.Path;
import org.tflion.optim.Rule;
import org.tflion.schedule.Schedule;

/** Reads an optimizer that is written as a program; found by {@link java.util.ServiceLoader}. */
public interface ProgramReader {

  /**
   * Reads a program.
   *
   * @param file its text
   * @throws IllegalArgumentException if it cannot be read or is no program
   */
  Rule read(Path file, Schedule learningRate, double weightDecay);
}
