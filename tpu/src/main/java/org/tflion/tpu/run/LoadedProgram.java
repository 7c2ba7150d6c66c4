package org.tflion.tpu.run;

import java.util.List;

/** A compiled program on the device that runs it. */
public interface LoadedProgram extends AutoCloseable {

  /**
   * Runs it once, and waits until it is done.
   *
   * <p>An argument whose memory a result takes over, as {@link
   * org.tflion.tpu.lower.Argument#result} says, can only be closed afterwards.
   *
   * @param arguments in the program's order
   * @return the results in the program's order, which the caller closes
   * @throws AcceleratorException if the device fails
   */
  List<DeviceTensor> run(List<DeviceTensor> arguments);

  @Override
  void close();
}
