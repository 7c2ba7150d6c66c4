package org.tflion.discovery.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.tflion.discovery.mutate.Child;
import org.tflion.discovery.mutate.Mutator;

/**
 * Regularised evolution of programs, or one of its baselines.
 *
 * <p>The population starts as copies of the first program. Each new program is a mutant of a
 * tournament's winner; it joins the population and the oldest leaves. Fitness is looked up by
 * functional hash and measured only if it is new.
 *
 * <p>Programs are drawn by one thread and measured by several. Program {@code i} is drawn once
 * program {@code i - lag} has joined, and programs join in the order of drawing, so the outcome
 * depends on the settings and not on the threads.
 *
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 2.2</a>
 * @see <a href="https://arxiv.org/abs/1802.01548">Real et al., 2018: regularised evolution</a>
 */
public final class Evolution {

  private static final long REPORT_EVERY = 1000;
  private static final long SECOND = 1_000_000_000;
  private static final long PATIENCE_MILLIS = 100;

  private final SearchConfig config;
  private final Mutator mutator;
  private final Evaluations evaluations;
  private final SearchLog log;
  private final SearchListener listener;
  private final Child firstChild;
  private final Deque<Proposal> waiting = new ArrayDeque<>();

  private final Candidate first;
  private final Population population;
  private Candidate best;
  private long proposed = 1;
  private long joined = 1;
  private long measured = 1;
  private long restarts;
  private long lastChange = 1;
  private long reported = System.nanoTime();

  private Evolution(Search search, Evaluations evaluations) {
    this.config = search.config();
    this.mutator = new Mutator(config.mutation());
    this.evaluations = evaluations;
    this.log = search.log();
    this.listener = search.listener();
    this.firstChild = Child.of(search.first());
    var start = evaluations.propose(0, firstChild, firstChild.analysis().hash());
    double fitness = fitness(start);
    this.first =
        new Candidate(firstChild, Double.isNaN(fitness) ? Double.NEGATIVE_INFINITY : fitness);
    this.best = first;
    this.population = new Population(config.population(), first);
  }

  /**
   * Runs a search to the end of its budget; an interrupt ends it early.
   *
   * @param threads that measure fitness
   * @return how far it came
   * @throws IllegalStateException if the task fails
   */
  static SearchProgress run(Search search, Budget budget, int threads) {
    try (var evaluations = new Evaluations(search.task(), search.log(), threads)) {
      var evolution = new Evolution(search, evaluations);
      long deadline = System.nanoTime() + budget.time().toNanos();
      while (evolution.proposed < budget.programs()
          && evaluations.count() < budget.evaluations()
          && System.nanoTime() - deadline < 0
          && !evolution.stopped()) {
        evolution.advance();
      }
      while (!evolution.waiting.isEmpty() && !evolution.stopped()) {
        evolution.join(evolution.waiting.remove());
      }
      return evolution.progress();
    }
  }

  private boolean stopped() {
    return Thread.currentThread().isInterrupted() || listener.stops();
  }

  private void advance() {
    if (waiting.size() == config.lag()) {
      join(waiting.remove());
      if (stopped()) {
        return;
      }
    }
    // Seeded by position, so that a draw does not depend on how many numbers earlier ones took.
    RandomGenerator random = new SplittableRandom(config.seed() * 0x9E3779B97F4A7C15L + proposed);
    Child parent = parent(random);
    int mutations =
        config.strategy() == Strategy.RANDOM ? 1 + random.nextInt(config.randomDepth()) : 1;
    Child child = parent;
    for (int i = 0; i < mutations; i++) {
      child = mutator.child(child.program(), random);
    }
    waiting.add(evaluations.propose(proposed++, child, parent.analysis().hash()));
  }

  private Child parent(RandomGenerator random) {
    return switch (config.strategy()) {
      case EVOLUTION -> population.tournament(config.tournament(), random).child();
      case RANDOM -> firstChild;
    };
  }

  private void join(Proposal proposal) {
    double fitness = fitness(proposal);
    if (Double.isNaN(fitness)) {
      return;
    }
    var candidate = new Candidate(proposal.child(), fitness);
    joined++;
    measured += proposal.evaluated() ? 1 : 0;
    population.add(candidate);
    boolean better = candidate.fitness() > best.fitness();
    if (better) {
      best = candidate;
      lastChange = joined;
    } else if (joined - lastChange >= config.restartAfter()) {
      population.restart(best);
      lastChange = joined;
      restarts++;
    }
    long now = System.nanoTime();
    if (better || joined % REPORT_EVERY == 0 || now - reported > SECOND) {
      reported = now;
      listener.onProgress(progress());
    }
  }

  private SearchProgress progress() {
    return new SearchProgress(joined, measured, restarts, population.redundantShare(), first, best);
  }

  /** The fitness, or NaN if the search is stopped before it is known. */
  private double fitness(Proposal proposal) {
    try {
      double fitness = await(proposal.fitness());
      if (proposal.evaluated() && !Double.isNaN(fitness)) {
        log.append(proposal, fitness);
      }
      return fitness;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Double.NaN;
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Search: the task failed on program " + proposal.index() + ": " + e.getCause(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Search: the log cannot be written: " + e.getMessage(), e);
    }
  }

  /** Waits in short turns, so that a wish to stop is heard while a slow task runs. */
  private double await(Future<Double> fitness) throws InterruptedException, ExecutionException {
    while (true) {
      try {
        return fitness.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (listener.stops()) {
          return Double.NaN;
        }
      }
    }
  }
}
