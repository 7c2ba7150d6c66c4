package org.tflion.tpu;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/** Finds what can call plugins: another module, for a newer Java than this one. */
public final class PluginService {

  /** The first Java version whose programs can call a plugin. */
  public static final int JAVA = 22;

  private PluginService() {}

  /**
   * Finds a service of this process.
   *
   * @param plugin library that it is to call
   * @throws IllegalArgumentException if there is no such file, or this process cannot call plugins
   */
  public static <S> S find(Class<S> service, Path plugin) {
    Require.that(
        Files.isRegularFile(plugin),
        "Plugin: the library must be a file; give the path of one such as libtpu.so",
        plugin);
    int java = Runtime.version().feature();
    Require.that(
        java >= JAVA,
        "Plugin: Java must be "
            + JAVA
            + " or newer to call a plugin; set TFLION_JDK22 to the folder of such a JDK",
        java);
    Optional<S> found = ServiceLoader.load(service).findFirst();
    Require.that(
        found.isPresent(),
        "Plugin: the module tpu-pjrt must be on the class path, which a build with Java "
            + JAVA
            + " or newer makes",
        "none");
    return found.orElseThrow();
  }
}
