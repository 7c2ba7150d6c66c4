package org.tflion.train.data;

/**
 * The finalizer of SplitMix64: each bit of the input flips half of the output's. It is spelled out
 * here because the random classes of the JDK do not promise the same numbers in every release.
 *
 * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea and Flood, 2014</a>
 */
public final class Mix {

  public static final long GAMMA = 0x9e3779b97f4a7c15L;

  private Mix() {}

  /** A number that looks random, another one for each {@code x}. */
  public static long of(long x) {
    long z = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** A number in [0, below), each as likely but for {@code below / 2^63}. */
  public static long below(long random, long below) {
    // The high half of a product by 2 * below is floor((random >>> 1) * below / 2^63).
    return Math.multiplyHigh(random >>> 1, 2 * below);
  }
}
