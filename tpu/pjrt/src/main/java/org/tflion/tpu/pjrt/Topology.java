package org.tflion.tpu.pjrt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.tflion.tpu.topology.TpuSlice;

/** Devices and the wires between them, as a target to compile for; no device need be at hand. */
public final class Topology implements AutoCloseable {

  private final Handle handle;

  private Topology(Handle handle) {
    this.handle = handle;
  }

  /**
   * Describes a topology.
   *
   * @param plugin the plugin that will compile
   * @param name a name the plugin knows, such as {@code v5e:2x2} for libtpu
   * @throws PjrtException if the plugin does not know the name
   */
  public static Topology of(Plugin plugin, String name) {
    return of(plugin, name, Map.of());
  }

  /** Describes a TPU slice for libtpu, which expects four chips per host unless told otherwise. */
  public static Topology of(Plugin plugin, TpuSlice slice) {
    return slice.chips() > 1
        ? of(plugin, slice.topologyName())
        : of(plugin, slice.topologyName(), Map.of("chips_per_host_bounds", List.of(1, 1, 1)));
  }

  private static Topology of(Plugin plugin, String name, Map<String, ?> options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chars = arena.allocateFrom(name);
      Fields arguments =
          Function.TOPOLOGY_DESCRIPTION_CREATE
              .arguments()
              .allocate(arena)
              .put("topology_name", chars)
              .put("topology_name_size", chars.byteSize() - 1)
              .put("create_options", NamedValues.write(options, arena))
              .put("num_options", options.size());
      plugin.api().call(Function.TOPOLOGY_DESCRIPTION_CREATE, arguments);
      return new Topology(
          new Handle(
              plugin.api(), Function.TOPOLOGY_DESCRIPTION_DESTROY, arguments.pointer("topology")));
    }
  }

  /** Returns the platform, such as {@code tpu}. */
  public String platform() {
    try (Arena arena = Arena.ofConfined()) {
      return handle.call(Function.TOPOLOGY_DESCRIPTION_PLATFORM_NAME, arena).text("platform_name");
    }
  }

  /** Returns the version of the platform's software. */
  public String platformVersion() {
    try (Arena arena = Arena.ofConfined()) {
      return handle
          .call(Function.TOPOLOGY_DESCRIPTION_PLATFORM_VERSION, arena)
          .text("platform_version");
    }
  }

  /** Returns what the plugin knows of the topology as a whole. */
  public Map<String, Object> attributes() {
    try (Arena arena = Arena.ofConfined()) {
      Fields answer = handle.call(Function.TOPOLOGY_DESCRIPTION_ATTRIBUTES, arena);
      return NamedValues.read(answer, "attributes", "num_attributes");
    }
  }

  /** Returns the devices, in the plugin's order. */
  public List<DeviceDescription> devices() {
    try (Arena arena = Arena.ofConfined()) {
      return handle
          .call(Function.TOPOLOGY_DESCRIPTION_GET_DEVICE_DESCRIPTIONS, arena)
          .pointers("descriptions", "num_descriptions")
          .stream()
          .map(device -> DeviceDescription.read(handle.api(), device))
          .toList();
    }
  }

  /**
   * Compiles a program for the topology.
   *
   * @throws PjrtException if the program does not compile; running out of device memory is {@code
   *     RESOURCE_EXHAUSTED}
   */
  public Executable compile(Program program, CompileOptions options) {
    try (Arena arena = Arena.ofConfined()) {
      Fields arguments =
          program.pass(Function.COMPILE, options, arena).put("topology", handle.address());
      handle.api().call(Function.COMPILE, arguments);
      return new Executable(
          new Handle(handle.api(), Function.EXECUTABLE_DESTROY, arguments.pointer("executable")));
    }
  }

  @Override
  public void close() {
    handle.close();
  }
}
