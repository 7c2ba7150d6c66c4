package org.tflion.tpu.metrics;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One device at one moment; values that the runtime does not report are empty.
 *
 * @param device id on the host
 * @param hbmUsedBytes device memory in use
 * @param hbmTotalBytes device memory that programs may use
 * @param dutyCyclePercent share of the last sample period in which the device worked; in [0, 100]
 * @param idleSeconds time since the cores last worked
 */
public record DeviceUsage(
    long device,
    OptionalLong hbmUsedBytes,
    OptionalLong hbmTotalBytes,
    OptionalDouble dutyCyclePercent,
    OptionalDouble idleSeconds) {}
