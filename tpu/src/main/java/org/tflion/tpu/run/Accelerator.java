package org.tflion.tpu.run;

import java.nio.file.Path;
import java.util.List;
import org.tflion.tpu.PluginService;
import org.tflion.tpu.lower.Lowered;

/** A device of this machine that runs lowered programs. Close what it made before itself. */
public interface Accelerator extends AutoCloseable {

  /** Opens accelerators; implemented where plugins are called. */
  interface Opener {

    /** As {@link Accelerator#open}. */
    Accelerator open(Path plugin);
  }

  /** What it is, such as {@code tpu: TPU v5 lite}. */
  String name();

  /**
   * Compiles a program for it.
   *
   * @throws AcceleratorException if the plugin fails
   */
  LoadedProgram load(Lowered program);

  /**
   * Copies a tensor to it.
   *
   * @param type number of the element type in {@code xla.PrimitiveType}
   * @param shape its sizes; empty for a scalar
   * @param values its elements in row-major order and the byte order of this machine
   * @throws IllegalArgumentException if there are more or fewer bytes than the shape needs
   * @throws AcceleratorException if the device has no memory left, or fails
   */
  DeviceTensor copy(int type, List<Long> shape, byte[] values);

  /**
   * Copies tensors to the host, all at the same time, and waits until they are there.
   *
   * @param tensors one or more of this device
   * @return the elements of each, in row-major order and the byte order of this machine
   * @throws AcceleratorException if a run has taken over the memory of one, or the device fails
   */
  List<byte[]> toHost(List<DeviceTensor> tensors);

  @Override
  void close();

  /**
   * Takes hold of the first device that a plugin finds in this machine.
   *
   * @throws IllegalArgumentException if the library is missing, is not a plugin, or speaks another
   *     version of the interface; or if this Java cannot call plugins
   * @throws AcceleratorException if the machine has no such device
   */
  static Accelerator open(Path plugin) {
    return PluginService.find(Opener.class, plugin).open(plugin);
  }
}
