package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** The accelerators of this machine, ready to run programs. Close what it made before itself. */
public final class Client implements AutoCloseable {

  private final Handle handle;
  private final List<Device> devices;

  private Client(Handle handle, List<Device> devices) {
    this.handle = handle;
    this.devices = devices;
  }

  /**
   * Takes hold of the accelerators.
   *
   * @param plugin their plugin
   * @param options what the plugin may be told, such as {@code preallocate} for CUDA plugins
   * @throws PjrtException if the machine has none
   */
  public static Client of(Plugin plugin, Map<String, ?> options) {
    Api api = plugin.api();
    try (Arena arena = Arena.ofConfined()) {
      Fields arguments =
          Function.CLIENT_CREATE
              .arguments()
              .allocate(arena)
              .put("create_options", NamedValues.write(options, arena))
              .put("num_options", options.size());
      api.call(Function.CLIENT_CREATE, arguments);
      Handle handle = new Handle(api, Function.CLIENT_DESTROY, arguments.pointer("client"));
      try {
        List<Device> devices =
            handle
                .call(Function.CLIENT_ADDRESSABLE_DEVICES, arena)
                .pointers("addressable_devices", "num_addressable_devices")
                .stream()
                .map(device -> new Device(api, device))
                .toList();
        return new Client(handle, devices);
      } catch (RuntimeException e) {
        handle.close();
        throw e;
      }
    }
  }

  /** Returns the platform, such as {@code cpu}, {@code cuda} or {@code tpu}. */
  public String platform() {
    try (Arena arena = Arena.ofConfined()) {
      return handle.call(Function.CLIENT_PLATFORM_NAME, arena).text("platform_name");
    }
  }

  /** Returns the version of the platform's software. */
  public String platformVersion() {
    try (Arena arena = Arena.ofConfined()) {
      return handle.call(Function.CLIENT_PLATFORM_VERSION, arena).text("platform_version");
    }
  }

  /** Returns the devices that this process drives. */
  public List<Device> devices() {
    return devices;
  }

  /** Compiles a program for these devices. */
  public LoadedExecutable compile(Program program, CompileOptions options) {
    try (Arena arena = Arena.ofConfined()) {
      Fields arguments =
          program.pass(Function.CLIENT_COMPILE, options, arena).put("client", handle.address());
      handle.api().call(Function.CLIENT_COMPILE, arguments);
      return LoadedExecutable.of(handle.api(), arguments.pointer("executable"));
    }
  }

  /** Loads what {@link Executable#serialize} wrote with the same version of the plugin. */
  public LoadedExecutable load(byte[] serialized) {
    try (Arena arena = Arena.ofConfined()) {
      Fields arguments =
          Function.EXECUTABLE_DESERIALIZE_AND_LOAD
              .arguments()
              .allocate(arena)
              .put("client", handle.address())
              .put("serialized_executable", arena.allocateFrom(JAVA_BYTE, serialized))
              .put("serialized_executable_size", serialized.length);
      handle.api().call(Function.EXECUTABLE_DESERIALIZE_AND_LOAD, arguments);
      return LoadedExecutable.of(handle.api(), arguments.pointer("loaded_executable"));
    }
  }

  /**
   * Copies a tensor to a device and waits until its memory on the host is free again.
   *
   * @param device one of {@link #devices}
   * @param type type of the elements
   * @param shape shape of the tensor; empty for a scalar
   * @param host its elements in row-major order, in native memory
   * @throws IllegalArgumentException if the memory has another size than the shape needs
   */
  public Buffer copy(Device device, ElementType type, List<Long> shape, MemorySegment host) {
    return Buffer.of(handle, device, type, shape, host);
  }

  @Override
  public void close() {
    handle.close();
  }
}
