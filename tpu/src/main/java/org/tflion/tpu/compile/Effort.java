package org.tflion.tpu.compile;

/** How long a compiler may work to make a program fast. */
public enum Effort {
  /** As little as it can: enough to know memory, operations and collectives. */
  QUICK,
  /** As much as for a program that will run. */
  FULL
}
