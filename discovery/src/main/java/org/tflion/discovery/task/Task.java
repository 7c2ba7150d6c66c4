package org.tflion.discovery.task;

import org.tflion.discovery.program.Program;

/**
 * A learning problem that judges programs.
 *
 * <p>Both measures are higher for better programs, finite, or {@link Double#NEGATIVE_INFINITY} for
 * programs that do not train at all; never NaN. They depend on nothing but the program, and may be
 * asked from several threads at once.
 */
public interface Task {

  /** Names the problem and its settings: tasks of one name judge alike. */
  String name();

  /** How well the program trains, by the data that the search may see. */
  double fitness(Program program);

  /** How well the program trains, by data that the search never sees. */
  double heldOut(Program program);
}
