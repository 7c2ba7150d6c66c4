package org.tflion.cli;

import java.util.concurrent.CountDownLatch;

/**
 * A wish from outside to stop, by SIGTERM or ctrl-C: whoever works asks for it, finishes what must
 * not be cut, and closes this; then the process ends with exit code {@value #EXIT_CODE}.
 *
 * <p>Without it the JVM would tear native libraries down under a running step.
 */
final class StopSignal implements AutoCloseable {

  /** "Temporary failure" of sysexits.h: the same command goes on with the work. */
  static final int EXIT_CODE = 75;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean wanted;
  private final Thread hook = new Thread(this::stop, "stop");

  StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    wanted = true;
    try {
      finished.await();
      Runtime.getRuntime().halt(EXIT_CODE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether to stop as soon as nothing is lost. */
  boolean isWanted() {
    return wanted;
  }

  /** Nothing is running any more that the end of the process could hurt. */
  @Override
  public void close() {
    if (!wanted) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        wanted = true; // The signal came just now: the hook is waiting for us.
      }
    }
    finished.countDown();
  }
}
