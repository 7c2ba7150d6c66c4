package org.tflion.tpu.compile;

/**
 * Bytes of device memory that one partition of a compiled program needs.
 *
 * @param arguments its arguments
 * @param outputs its results, those that reuse an argument's memory included
 * @param aliased results that reuse the memory of a donated argument
 * @param temporaries what lives only during a run
 * @param code the program itself
 * @param peak the most that is in use at once, as the compiler planned it; 0 if the plugin does not
 *     tell
 */
public record MemoryStats(
    long arguments, long outputs, long aliased, long temporaries, long code, long peak) {

  /** Returns an upper bound of what a run holds at once. */
  public long total() {
    return arguments + outputs - aliased + temporaries + code;
  }
}
