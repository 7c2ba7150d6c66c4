package org.tflion.tpu.pjrt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/** A device that a {@link Client} drives; it lives as long as its client. */
public final class Device {

  private final Api api;
  private final MemorySegment address;
  private final DeviceDescription description;

  Device(Api api, MemorySegment address) {
    this.api = api;
    this.address = address;
    try (Arena arena = Arena.ofConfined()) {
      Fields answer = ask(Function.DEVICE_GET_DESCRIPTION, arena);
      this.description = DeviceDescription.read(api, answer.pointer("device_description"));
    }
  }

  private Fields ask(Function function, Arena arena) {
    Fields arguments = function.arguments().allocate(arena).put("device", address);
    api.call(function, arguments);
    return arguments;
  }

  MemorySegment address() {
    return address;
  }

  /** Returns what the plugin knows of the device. */
  public DeviceDescription description() {
    return description;
  }

  /**
   * Returns the device memory in use, in bytes.
   *
   * @throws PjrtException with code {@code UNIMPLEMENTED} if the plugin does not count
   */
  public long bytesInUse() {
    try (Arena arena = Arena.ofConfined()) {
      return ask(Function.DEVICE_MEMORY_STATS, arena).number("bytes_in_use");
    }
  }

  /** Returns the device memory that programs may use, in bytes; empty if the plugin is silent. */
  public OptionalLong bytesLimit() {
    try (Arena arena = Arena.ofConfined()) {
      Fields stats = ask(Function.DEVICE_MEMORY_STATS, arena);
      return stats.number("bytes_limit_is_set") == 0
          ? OptionalLong.empty()
          : OptionalLong.of(stats.number("bytes_limit"));
    }
  }
}
