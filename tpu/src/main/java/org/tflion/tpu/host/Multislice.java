package org.tflion.tpu.host;

import org.tflion.tpu.Require;

/**
 * The place of a slice among several that train together over the data center network.
 *
 * @param coordinator address of the process where all slices meet
 * @param slices number of slices; above 0
 * @param index this slice; in [0, slices)
 */
public record Multislice(String coordinator, int slices, int index) {

  public Multislice {
    Require.that(slices > 0, "Multislice: slices must be above 0", slices);
    Require.that(
        index >= 0 && index < slices, "Multislice: index must be in [0, " + slices + ")", index);
  }
}
