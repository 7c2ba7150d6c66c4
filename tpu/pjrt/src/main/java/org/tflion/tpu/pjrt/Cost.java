package org.tflion.tpu.pjrt;

import java.util.Map;

/**
 * What the compiler expects one run of one partition to cost.
 *
 * @param flops floating point operations; 0 if the plugin does not tell
 * @param bytesAccessed bytes moved between the device's memory and its cores; 0 if untold
 * @param optimalSeconds the compiler's lower bound on the run time, in seconds; 0 if untold
 */
public record Cost(double flops, double bytesAccessed, double optimalSeconds) {

  static Cost of(Map<String, Object> properties) {
    return new Cost(
        number(properties, "flops"),
        number(properties, "bytes accessed"),
        number(properties, "optimal_seconds"));
  }

  private static double number(Map<String, Object> properties, String name) {
    return properties.get(name) instanceof Number number ? number.doubleValue() : 0;
  }
}
