package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.tflion.tpu.Require;

/**
 * A PJRT plugin: a shared library that compiles and runs programs for one kind of accelerator.
 *
 * <p>Plugins come from their makers and are never part of this project: {@code libtpu.so} is in the
 * Python wheel {@code libtpu}, under Google Cloud's terms of service. A plugin stays loaded until
 * the process ends, because none of them supports being unloaded.
 *
 * <p><b>Threads.</b> Safe for use by several threads, as PJRT requires of its plugins.
 */
public final class Plugin {

  private final Api api;

  private Plugin(Api api) {
    this.api = api;
  }

  /**
   * Loads and initializes a plugin for use with the accelerators of this machine.
   *
   * @param library path of the shared library
   * @throws IllegalArgumentException if the file is missing, is not a plugin, or speaks another
   *     version of the API
   * @throws PjrtException if the plugin fails to initialize
   */
  @SuppressWarnings("restricted") // loading native code is what this method is for
  public static Plugin load(Path library) {
    Require.that(
        Files.isRegularFile(library),
        "Plugin: the library must be a file; give the path of one such as libtpu.so",
        library);
    String name = String.valueOf(library.getFileName());
    MemorySegment entry;
    try {
      entry =
          SymbolLookup.libraryLookup(library.toAbsolutePath(), Arena.global())
              .find("GetPjrtApi")
              .orElse(MemorySegment.NULL);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Plugin: " + library + " must be a shared library for this machine", e);
    }
    Require.that(
        !entry.equals(MemorySegment.NULL),
        "Plugin: the library must export GetPjrtApi, as PJRT plugins do",
        library);
    return of(name, table(entry));
  }

  /**
   * Loads libtpu to compile ahead of time on a machine without TPUs.
   *
   * <p>Without these settings libtpu asks the metadata server of a machine that has none and waits
   * for minutes, lets only one process at a time load it, and leaves logs behind. They enter the
   * environment of this process unless they are set already.
   *
   * @param library path of {@code libtpu.so}
   */
  public static Plugin loadWithoutHardware(Path library) {
    NativeEnvironment.setIfAbsent("TPU_SKIP_MDS_QUERY", "1");
    NativeEnvironment.setIfAbsent("TPU_ACCELERATOR_TYPE", "v5litepod-4");
    NativeEnvironment.setIfAbsent("TPU_WORKER_HOSTNAMES", "localhost");
    NativeEnvironment.setIfAbsent("TPU_WORKER_ID", "0");
    NativeEnvironment.setIfAbsent("ALLOW_MULTIPLE_LIBTPU_LOAD", "1");
    NativeEnvironment.setIfAbsent("TPU_LOG_DIR", "disabled");
    return load(library);
  }

  /** Initializes the plugin behind a function table. */
  static Plugin of(String name, MemorySegment table) {
    Plugin plugin = new Plugin(new Api(name, table));
    try (Arena arena = Arena.ofConfined()) {
      plugin.api.call(
          Function.PLUGIN_INITIALIZE, Function.PLUGIN_INITIALIZE.arguments().allocate(arena));
    }
    return plugin;
  }

  @SuppressWarnings("restricted") // the entry point of every plugin, by its documented signature
  private static MemorySegment table(MemorySegment entry) {
    try {
      return (MemorySegment)
          Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ADDRESS)).invokeExact(entry);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // the handle declares no checked exception
    }
  }

  Api api() {
    return api;
  }

  /** Returns the version of the API that the plugin was built with, such as {@code 0.112}. */
  public String apiVersion() {
    return Api.MAJOR + "." + api.minor();
  }

  /** Returns what the plugin says of itself, such as the StableHLO versions that it reads. */
  public Map<String, Object> attributes() {
    try (Arena arena = Arena.ofConfined()) {
      Fields answer = Function.PLUGIN_ATTRIBUTES.arguments().allocate(arena);
      api.call(Function.PLUGIN_ATTRIBUTES, answer);
      return NamedValues.read(answer, "attributes", "num_attributes");
    }
  }
}
