package org.tflion.cli.launch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.tflion.train.shard.LostWorkerException;

/**
 * Workers in processes of their own. One that ends is started again at its address, so that the run
 * that lost it finds it there; how often is bounded for all of them together.
 *
 * <p>No process outlives this one: their standard input ends with it, whatever ends it.
 */
public final class Fleet implements AutoCloseable {

  private final List<Supervised> workers = new ArrayList<>();
  private final Consumer<String> listener;
  private int left;

  private Fleet(int restarts, Consumer<String> listener) {
    this.left = restarts;
    this.listener = listener;
  }

  /**
   * Starts workers and waits until all are ready.
   *
   * @param restarts how often workers are started again, all together; 0 or more
   * @param listener hears a sentence whenever one ends
   * @throws LostWorkerException if one ends before all are ready, with its last words
   * @throws IllegalArgumentException if a command cannot be run
   */
  public static Fleet start(List<Placement> placements, int restarts, Consumer<String> listener) {
    Fleet fleet = new Fleet(restarts, listener);
    try {
      for (Placement placement : placements) {
        fleet.workers.add(Supervised.start(placement, fleet::ended));
      }
      for (Supervised worker : fleet.workers) {
        worker.awaitReady();
      }
      return fleet;
    } catch (IOException e) {
      fleet.close();
      throw new IllegalArgumentException(
          "launch: the command of a worker must run (got " + e.getMessage() + ")", e);
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  /** By which runs reach them. */
  public List<String> addresses() {
    return workers.stream().map(Supervised::address).toList();
  }

  /** Whether one that has ended is to be started again; called by each when it ends. */
  private synchronized boolean ended(String address, String how) {
    boolean again = left > 0;
    left -= again ? 1 : 0;
    listener.accept(
        "worker "
            + address
            + " ended ("
            + how
            + ")"
            + (again
                ? "; starting it again, " + left + " restarts left"
                : "; it stays away, as no restarts are left"));
    return again;
  }

  /** Ends all workers. */
  @Override
  public void close() {
    workers.forEach(Supervised::close);
  }
}
