package org.tflion.train.shard;

import org.tflion.train.model.Compute;
import org.tflion.train.step.StepConfig;

/**
 * How the parts of a model are computed.
 *
 * @param compiled whether XLA compiles each of them
 * @param recomputed whether the gradient of a part computes the part anew
 * @param compute how its layers compute
 */
record PassStyle(boolean compiled, boolean recomputed, Compute compute) {

  /** That of a step; what is computed anew are the parts, so blocks inside them are not. */
  static PassStyle of(StepConfig config) {
    Compute compute = config.compute();
    return new PassStyle(
        config.compilesStep(),
        compute.recomputed(),
        new Compute(compute.fused(), compute.halved(), false));
  }
}
