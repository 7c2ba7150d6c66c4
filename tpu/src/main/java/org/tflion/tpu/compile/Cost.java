package org.tflion.tpu.compile;

/**
 * What the compiler expects one run of one partition to cost.
 *
 * @param flops floating point operations; 0 if the plugin does not tell
 * @param bytesAccessed bytes moved between the device's memory and its cores; 0 if untold
 * @param optimalSeconds the compiler's lower bound on the run time, in seconds; 0 if untold
 */
public record Cost(double flops, double bytesAccessed, double optimalSeconds) {}
