package org.tflion.train.loop;

import java.util.function.LongSupplier;

/** When to save: after so many steps or so much time, whichever comes first. */
final class SaveTimes {

  private static final double NANOSECONDS_PER_MINUTE = 60e9;

  private final LoopConfig config;
  private final LongSupplier clock;
  private long last;

  /**
   * Begins to count.
   *
   * @param clock nanoseconds, from any origin
   */
  SaveTimes(LoopConfig config, LongSupplier clock) {
    this.config = config;
    this.clock = clock;
    last = clock.getAsLong();
  }

  /** Whether a checkpoint is due after so many updates. */
  boolean due(long done) {
    double minutes = (clock.getAsLong() - last) / NANOSECONDS_PER_MINUTE;
    boolean late = config.checkpointMinutes() > 0 && minutes >= config.checkpointMinutes();
    return late || (config.checkpointEvery() > 0 && done % config.checkpointEvery() == 0);
  }

  /** One has been saved, whatever the reason. */
  void saved() {
    last = clock.getAsLong();
  }
}
