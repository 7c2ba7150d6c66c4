package org.tflion.cli.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.tflion.train.shard.LostWorkerException;

/** The process of one worker, which another takes the place of when it ends. */
final class Supervised implements AutoCloseable {

  /** What a worker says once it listens. */
  private static final String READY = "worker ready";

  /** What a shell or a JVM says of a process that a signal has ended: this and its number. */
  private static final int SIGNALLED = 128;

  private static final long LONGEST_PAUSE_SECONDS = 30;

  /** Who decides on what becomes of a worker that has ended. */
  interface Successor {

    /** Whether there is to be another process at the address of one that ended. */
    boolean follows(String address, String how);
  }

  private final Placement placement;
  private final Successor successor;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private @Nullable Process process;
  private boolean closed;

  /** Processes that ended one after the other without having been ready. */
  private int stillborn;

  private Supervised(Placement placement, Successor successor) {
    this.placement = placement;
    this.successor = successor;
  }

  static Supervised start(Placement placement, Successor successor) throws IOException {
    Supervised worker = new Supervised(placement, successor);
    worker.launch();
    return worker;
  }

  private synchronized void launch() throws IOException {
    if (closed) {
      return;
    }
    Process started = new ProcessBuilder(placement.command()).redirectErrorStream(true).start();
    process = started;
    Thread reader = new Thread(() -> follow(started), "worker " + placement.address());
    reader.setDaemon(true);
    reader.start();
  }

  /** Reads all that it says, which keeps it from waiting for a reader, until it ends. */
  private void follow(Process started) {
    String last = "";
    boolean wasReady = false;
    try (BufferedReader lines = started.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(READY)) {
          wasReady = true;
          ready.complete(null);
        }
        last = line.isBlank() ? last : line.strip();
      }
    } catch (IOException e) {
      // It has ended, and what it said with it.
    }
    int code = started.onExit().join().exitValue();
    end(how(code, wasReady ? "" : last), wasReady);
  }

  private static String how(int code, String last) {
    String how = code > SIGNALLED ? "signal " + (code - SIGNALLED) : "exit code " + code;
    return last.isEmpty() ? how : how + ": " + last;
  }

  private synchronized void end(String how, boolean wasReady) {
    if (closed) {
      return;
    }
    // Before all are there, whoever waits for this one hears of it; no run depends on it yet.
    boolean first = ready.completeExceptionally(lost(how));
    if (first || !successor.follows(placement.address(), how)) {
      return;
    }
    stillborn = wasReady ? 0 : stillborn + 1;
    long pause = stillborn == 0 ? 0 : Math.min(LONGEST_PAUSE_SECONDS, 1L << stillborn);
    CompletableFuture.delayedExecutor(pause, TimeUnit.SECONDS).execute(this::relaunch);
  }

  private LostWorkerException lost(String how) {
    return new LostWorkerException(
        "launch: a worker must say that it is ready (%s ended, %s)"
            .formatted(placement.address(), how));
  }

  private void relaunch() {
    try {
      launch();
    } catch (IOException e) {
      end(String.valueOf(e.getMessage()), false);
    }
  }

  String address() {
    return placement.address();
  }

  /**
   * Waits until it has been ready once.
   *
   * @throws LostWorkerException if it ends before
   */
  void awaitReady() {
    try {
      ready.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof LostWorkerException lost
          ? lost
          : new IllegalStateException("launch: a worker ended", e);
    }
  }

  /** Ends the process, for good. */
  @Override
  public void close() {
    Process running;
    synchronized (this) {
      closed = true;
      running = process;
    }
    if (running != null) {
      running.destroyForcibly().onExit().join();
    }
  }
}
