package org.tflion.tpu.run;

/** A tensor in the memory of a device. */
public interface DeviceTensor extends AutoCloseable {

  /**
   * Copies its elements to the host, in row-major order and the byte order of this machine.
   *
   * @throws AcceleratorException if a run has taken over its memory, or the device fails
   */
  byte[] toHost();

  @Override
  void close();
}
