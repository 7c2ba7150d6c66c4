package org.tflion.optim;

import java.util.OptionalLong;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tflion.Require;

/**
 * How variables in bfloat16 are trained. Added up in bfloat16, steps would be lost: it keeps 8
 * bits, so 1 - 1e-4 is 1.
 *
 * @param master whether a float32 copy takes the steps, 4 bytes a parameter more
 * @param seed of rounding by chance, or empty
 */
public record Bfloat16Weights(boolean master, OptionalLong seed) {

  /** Not at all. */
  public static final Bfloat16Weights REFUSED = new Bfloat16Weights(false, OptionalLong.empty());

  /** By a float32 master; the variable holds it, rounded to nearest even. */
  public static final Bfloat16Weights MASTER = new Bfloat16Weights(true, OptionalLong.empty());

  public Bfloat16Weights {
    Require.that(
        !master || seed.isEmpty(), "Bfloat16Weights: seed must be empty with a master", seed);
  }

  /**
   * By rounding each new value up or down by chance, right on average; takes no memory.
   *
   * @param seed of all chance, together with the name of the variable and the number of the update
   * @see <a href="https://arxiv.org/abs/1502.02551">Gupta et al., 2015: stochastic rounding</a>
   */
  public static Bfloat16Weights stochastic(long seed) {
    return new Bfloat16Weights(false, OptionalLong.of(seed));
  }

  boolean refused() {
    return !master && seed.isEmpty();
  }

  /**
   * The weight that an optimizer moves, in float32.
   *
   * @param stored the variable; a master is added beside it
   * @throws IllegalArgumentException if this is {@link #REFUSED}
   */
  public Weight<TFloat32> of(Ops tf, Weight<TBfloat16> stored) {
    Require.that(!refused(), "Bfloat16Weights: must be MASTER or stochastic", stored.name());
    return master
        ? new MasterWeight(
            stored,
            stored.sibling(
                tf, stored.name() + "-" + MasterWeight.MASTER, stored.shape(), TFloat32.class))
        : new Bfloat16Weight<>(stored, TFloat32.class, seed);
  }
}
