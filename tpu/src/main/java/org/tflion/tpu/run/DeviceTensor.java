package org.tflion.tpu.run;

/** A tensor in the memory of a device, from which {@link Accelerator#toHost} copies it. */
public interface DeviceTensor extends AutoCloseable {

  @Override
  void close();
}
