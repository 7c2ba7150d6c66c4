package org.tflion.discovery.search;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.tflion.discovery.mutate.Child;
import org.tflion.discovery.task.Task;

/** The fitness of every functional hash met so far, measured once each by a pool of threads. */
final class Evaluations implements AutoCloseable {

  private final Task task;
  private final SearchLog log;
  private final ExecutorService pool;
  private final Map<Long, Future<Double>> known = new HashMap<>();

  Evaluations(Task task, SearchLog log, int threads) {
    this.task = task;
    this.log = log;
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              var thread = new Thread(work, "tflion-search");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** How many fitnesses were asked for that no earlier program shares. */
  long count() {
    return known.size();
  }

  /** Looks the fitness of a program up, or starts to measure it. */
  Proposal propose(long index, Child child, long parent) {
    long hash = child.analysis().hash();
    Future<Double> fitness = known.get(hash);
    boolean fresh = fitness == null;
    if (fitness == null) {
      fitness = measure(child, hash);
      known.put(hash, fitness);
    }
    return new Proposal(index, child, parent, fitness, fresh);
  }

  private Future<Double> measure(Child child, long hash) {
    OptionalDouble recorded = log.recorded(hash);
    return recorded.isPresent()
        ? CompletableFuture.completedFuture(recorded.getAsDouble())
        : pool.submit(() -> checked(task.fitness(child.program())));
  }

  private double checked(double fitness) {
    if (!(fitness < Double.POSITIVE_INFINITY)) {
      throw new IllegalStateException(
          "Task "
              + task.name()
              + ": fitness must be finite or negative infinity (got "
              + fitness
              + ")");
    }
    return fitness;
  }

  /** Leaves unfinished measurements behind, interrupted. */
  @Override
  public void close() {
    pool.shutdownNow();
  }
}
