package org.tflion.tpu.metrics;

import java.util.List;
import java.util.OptionalDouble;

/**
 * All devices of a host at one moment.
 *
 * @param devices by ascending id
 * @param uptimeSeconds age of the runtime; empty if it does not report it
 */
public record Snapshot(List<DeviceUsage> devices, OptionalDouble uptimeSeconds) {

  public Snapshot {
    devices = List.copyOf(devices);
  }
}
