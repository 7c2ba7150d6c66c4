package org.tflion.discovery.abstracts;

/** Ordered 64-bit mixing: equal sequences give equal hashes, others collide once in 2^64 pairs. */
final class Hash {

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private Hash() {}

  static long of(String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = mix(hash, text.charAt(i));
    }
    return hash;
  }

  /** Two rounds of multiply and xor-shift, so that every input bit reaches every output bit. */
  static long mix(long hash, long next) {
    long z = (Long.rotateLeft(hash, 23) ^ next) * MULTIPLIER;
    z = (z ^ (z >>> 32)) * 0xD6E8FEB86659FD93L;
    return z ^ (z >>> 29);
  }
}
