package org.tflion.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntConsumer;
import org.tflion.Require;
import org.tflion.optim.Rule;

/**
 * Times one update of each optimizer, plain and compiled, side by side: in every round each takes
 * its turn, so that what else the machine does falls on all alike.
 *
 * @param optimizers names; all of {@link #names}
 * @param parameters that one update changes
 * @param tensors that they are divided among
 */
public record UpdateBench(List<String> optimizers, long parameters, int tensors) {

  private static final int ROUNDS = 9;
  private static final int RUNS = 3;
  private static final int FLOAT = 4;

  public UpdateBench {
    optimizers = List.copyOf(optimizers);
    Set<String> known = Optimizers.all().keySet();
    for (String name : optimizers) {
      Require.that(known.contains(name), "bench: optimizers must be among " + known, name);
    }
  }

  /** The names of all optimizers. */
  public static List<String> names() {
    return List.copyOf(Optimizers.all().keySet());
  }

  /**
   * What one optimizer took.
   *
   * @param mode {@code plain} or {@code xla}
   * @param nsPerParam median nanoseconds for one parameter
   * @param gbPerS bytes of weight, gradient and slots that any implementation must read and write
   *     in that time, in GB/s
   * @param slotBytesPerParam bytes of state for each parameter
   */
  public record Result(
      String optimizer, String mode, double nsPerParam, double gbPerS, double slotBytesPerParam) {}

  /** How many measurements {@link #run} announces. */
  public int turns() {
    return optimizers.size() * 2 * (ROUNDS + 1);
  }

  /**
   * Measures.
   *
   * @param progress hears the number of turns taken
   */
  public List<Result> run(IntConsumer progress) {
    Map<String, Rule> rules = Optimizers.all();
    Map<Turn, UpdateSession> sessions = new LinkedHashMap<>();
    Map<Turn, double[]> seconds = new LinkedHashMap<>();
    try {
      int taken = 0;
      for (String name : optimizers) {
        for (boolean compiled : new boolean[] {false, true}) {
          Turn turn = new Turn(name, compiled);
          Rule rule = Objects.requireNonNull(rules.get(name));
          UpdateSession session = new UpdateSession(rule, compiled, parameters, tensors);
          sessions.put(turn, session);
          seconds.put(turn, new double[ROUNDS]);
          session.run();
          progress.accept(++taken);
        }
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (Map.Entry<Turn, UpdateSession> entry : sessions.entrySet()) {
          double[] all = Objects.requireNonNull(seconds.get(entry.getKey()));
          all[round] = time(entry.getValue());
          progress.accept(++taken);
        }
      }
      return results(sessions, seconds);
    } finally {
      sessions.values().forEach(UpdateSession::close);
    }
  }

  private record Turn(String optimizer, boolean compiled) {}

  /** The best of a few runs: the others were disturbed. */
  private static double time(UpdateSession session) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < RUNS; i++) {
      long began = System.nanoTime();
      session.run();
      best = Math.min(best, (System.nanoTime() - began) / 1e9);
    }
    return best;
  }

  private static List<Result> results(
      Map<Turn, UpdateSession> sessions, Map<Turn, double[]> seconds) {
    List<Result> results = new ArrayList<>();
    sessions.forEach(
        (turn, session) -> {
          double[] all = Objects.requireNonNull(seconds.get(turn)).clone();
          Arrays.sort(all);
          double ns = all[ROUNDS / 2] * 1e9 / session.parameters();
          double slots = session.slotElementsPerParameter();
          double bytes = FLOAT * (3 + 2 * slots);
          results.add(
              new Result(
                  turn.optimizer(),
                  turn.compiled() ? "xla" : "plain",
                  ns,
                  bytes / ns,
                  FLOAT * slots));
        });
    return results;
  }
}
