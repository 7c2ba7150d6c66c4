package org.tflion.tpu.rpc;

import java.time.Duration;
import org.tflion.tpu.Require;

/**
 * How long and how often to try, and how much to accept.
 *
 * @param deadline bound on one attempt; above zero
 * @param attempts attempts of a repeatable call on a server that cannot be reached; above 0
 * @param firstPause pause before the second attempt; it doubles before each further one
 * @param maxMessageBytes largest response to accept; above 0
 */
public record Limits(Duration deadline, int attempts, Duration firstPause, int maxMessageBytes) {

  /** Ten seconds, four attempts within about two seconds of pauses, 256 MiB. */
  public static final Limits DEFAULT =
      new Limits(Duration.ofSeconds(10), 4, Duration.ofMillis(250), 256 << 20);

  public Limits {
    Require.that(deadline.toNanos() > 0, "Limits: deadline must be above zero", deadline);
    Require.that(attempts > 0, "Limits: attempts must be above 0", attempts);
    Require.that(!firstPause.isNegative(), "Limits: firstPause must be 0 or more", firstPause);
    Require.that(maxMessageBytes > 0, "Limits: maxMessageBytes must be above 0", maxMessageBytes);
  }
}
