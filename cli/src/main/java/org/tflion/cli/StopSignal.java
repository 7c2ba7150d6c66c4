package org.tflion.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * A wish to stop: by SIGTERM, ctrl-C, the end of the terminal, a notice of the platform, or because
 * the time is up. Whoever works asks for it and finishes what must not be cut; then the process
 * ends with exit code {@value #EXIT_CODE}.
 *
 * <p>A second signal ends the process at once, with exit code 1. One that comes within a second of
 * the first is taken for the same: who stops a group of processes reaches both tflion and the
 * launcher, which passes it on.
 */
final class StopSignal implements AutoCloseable {

  /** "Temporary failure" of sysexits.h: going on later will do. */
  static final int EXIT_CODE = 75;

  private static final long SAME = 1_000_000_000L;
  private static final double NANOSECONDS_PER_MINUTE = 60e9;

  private final PrintWriter err;
  private final LongSupplier clock;
  private final IntConsumer halt;
  private final double minutes;
  private final long began;
  private final List<Runnable> closing = new ArrayList<>();
  private boolean requested;
  private boolean signalled;
  private long signalledAt;

  /** Listens to the signals of this process until it is closed. */
  StopSignal(PrintWriter err) {
    this(err, Double.POSITIVE_INFINITY);
  }

  /**
   * Listens to the signals of this process until it is closed.
   *
   * @param minutes after which the time is up; infinite for never
   */
  StopSignal(PrintWriter err, double minutes) {
    this(err, minutes, System::nanoTime, Runtime.getRuntime()::halt);
    for (String name : List.of("TERM", "INT", "HUP")) {
      Signals.handle(name, this::signal).ifPresent(each -> onClose(each::close));
    }
  }

  /**
   * Listens to nothing.
   *
   * @param clock nanoseconds, from any origin
   * @param halt ends the process at once
   */
  StopSignal(PrintWriter err, double minutes, LongSupplier clock, IntConsumer halt) {
    this.err = err;
    this.minutes = minutes;
    this.clock = clock;
    this.halt = halt;
    this.began = clock.getAsLong();
  }

  /**
   * The platform wants to stop. Its signal, which may come later, is the first one then, and not a
   * second that would stop at once.
   */
  synchronized void request() {
    if (!requested) {
      requested = true;
      err.println("stopping as soon as nothing is lost");
    }
  }

  /** A signal has come. */
  synchronized void signal() {
    long now = clock.getAsLong();
    if (!signalled) {
      signalled = true;
      signalledAt = now;
      err.println("stopping as soon as nothing is lost; a second signal stops at once");
    } else if (now - signalledAt >= SAME) {
      err.println("tflion: stopped at once; what was saved before is kept");
      err.flush();
      halt.accept(1);
    }
  }

  /** Whether to stop as soon as nothing is lost. */
  synchronized boolean isWanted() {
    return requested
        || signalled
        || (clock.getAsLong() - began) / NANOSECONDS_PER_MINUTE >= minutes;
  }

  /** Has something be closed together with it. */
  void onClose(Runnable action) {
    closing.add(action);
  }

  /** Signals mean again what they meant before. */
  @Override
  public void close() {
    closing.forEach(Runnable::run);
  }
}
