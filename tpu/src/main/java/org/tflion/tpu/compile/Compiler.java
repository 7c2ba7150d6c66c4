package org.tflion.tpu.compile;

import java.nio.file.Path;
import org.tflion.tpu.PluginService;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.topology.TpuSlice;

/** Compiles programs for slices that need not be at hand; implemented where plugins are called. */
public interface Compiler {

  /** The first Java version whose programs can call a plugin. */
  int JAVA = PluginService.JAVA;

  /**
   * Loads a plugin, once.
   *
   * @throws IllegalArgumentException if the library is missing, is not a plugin, or speaks another
   *     version of the interface
   * @throws CompileException if the plugin fails to start
   */
  void load(Path plugin);

  /**
   * Compiles a program for all devices of a slice.
   *
   * @param plugin library that compiles, loaded or not
   * @param program whose arguments are cut for as many devices
   * @param effort to make it fast
   * @throws CompileException if the plugin fails, or the program needs more memory than a device
   *     has
   */
  Compiled compile(Path plugin, Lowered program, TpuSlice slice, Effort effort);

  /**
   * Finds the compiler of this process and has it load a plugin.
   *
   * @throws IllegalArgumentException if this Java cannot call plugins, or as {@link #load} says
   */
  static Compiler find(Path plugin) {
    Compiler found = PluginService.find(Compiler.class, plugin);
    found.load(plugin);
    return found;
  }
}
