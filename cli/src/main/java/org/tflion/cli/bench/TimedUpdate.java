package org.tflion.cli.bench;

/** One update of many parameters, ready to be timed. */
interface TimedUpdate extends AutoCloseable {

  /** Runs one update of everything, and waits until it is done. */
  void run();

  /** Slot elements kept for each parameter. */
  double slotElementsPerParameter();

  @Override
  void close();
}
