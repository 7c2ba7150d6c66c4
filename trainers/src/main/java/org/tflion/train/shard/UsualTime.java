package org.tflion.train.shard;

import java.time.Duration;
import org.tensorflow.Session;
import org.tensorflow.proto.RunOptions;

/**
 * Bounds the runs of steps by what steps have taken so far, as nothing else tells of a first worker
 * that is gone: a run that is sent to it waits for it to come back.
 *
 * <p>The bound is twenty times the slowest step and ten seconds at least, and never more than the
 * bound of all runs, which is that of the first step.
 */
final class UsualTime {

  private static final int TIMES = 20;
  private static final long LEAST = Duration.ofSeconds(10).toMillis();

  private final RunOptions all;
  private long slowest;

  /**
   * Before any step.
   *
   * @param all the options of all runs; without a bound, there is none on steps either
   */
  UsualTime(RunOptions all) {
    this.all = all;
  }

  /** A step has taken so many nanoseconds. */
  void took(long nanoseconds) {
    slowest = Math.max(slowest, Duration.ofNanos(nanoseconds).toMillis());
  }

  /** The longest that the next run may take in milliseconds, 0 for no bound. */
  long bound() {
    long most = all.getTimeoutInMs();
    return slowest == 0 ? most : Math.min(most, Math.max(LEAST, TIMES * slowest));
  }

  /** A run of a step. */
  Session.Runner runner(Session session) {
    return session.runner().setOptions(all.toBuilder().setTimeoutInMs(bound()).build());
  }
}
