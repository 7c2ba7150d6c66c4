package org.tflion.train.loop;

import org.tflion.Require;

/**
 * Which updates are left out, and when a run gives up. An update whose loss or gradient is NaN or
 * infinite is always left out.
 *
 * <p>Messages name the keys of a config file, such as {@code guard.max_skipped}.
 *
 * @param maxSkipped updates left out in a row at which a run stops; 1 or more
 * @param spike updates are left out whose loss is further above the median of the losses before
 *     than so many of their standard deviations, estimated robustly; finite, 0 for never
 * @param window most recent losses of updates that were not left out, which that looks at; 16 or
 *     more; so many losses there must be before it begins to look
 */
public record GuardConfig(int maxSkipped, double spike, int window) {

  private static final int SMALLEST_WINDOW = 16;

  /**
   * Checks every number.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public GuardConfig {
    Require.that(maxSkipped > 0, "guard.max_skipped must be 1 or more", maxSkipped);
    Require.notNegative("guard.spike", spike);
    Require.that(
        window >= SMALLEST_WINDOW, "guard.window must be " + SMALLEST_WINDOW + " or more", window);
  }
}
