package org.tflion.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tflion.train.Engine;
import picocli.CommandLine.Option;

/** What runs the steps of a training. */
final class EngineOptions {

  /** The names that users say. */
  enum Name {
    TENSORFLOW,
    PJRT
  }

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      defaultValue = "tensorflow",
      description = {
        "tensorflow, or pjrt: the first device of the plugin of --plugin; needs Java 22 or newer"
            + " (default: ${DEFAULT-VALUE}). Run on an NVIDIA H100; untested on TPUs."
      })
  private Name name;

  @Option(
      names = "--plugin",
      paramLabel = "FILE",
      description = "With --engine pjrt: the PJRT plugin, such as libtpu.so.")
  private @Nullable Path plugin;

  /**
   * The engine.
   *
   * @throws IllegalArgumentException if an option is without the other
   */
  Engine engine() {
    if (name == Name.TENSORFLOW) {
      if (plugin != null) {
        throw new IllegalArgumentException("--plugin must come with --engine pjrt");
      }
      return Engine.TENSORFLOW;
    }
    if (plugin == null) {
      throw new IllegalArgumentException("--engine pjrt must come with --plugin FILE");
    }
    return Engine.pjrt(plugin);
  }
}
