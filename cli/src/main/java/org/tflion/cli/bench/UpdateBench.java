package org.tflion.cli.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.optim.Rule;
import org.tflion.tpu.run.Accelerator;
import org.tflion.train.step.AcceleratorStep;

/**
 * Times one update of each optimizer side by side: in every round each takes its turn, so that what
 * else the machine does falls on all alike.
 *
 * @param optimizers names; all of {@link #names}
 * @param parameters that one update changes; at least 1,024 for each tensor, rounded down to rows
 *     of as many
 * @param tensors that they are divided among
 * @param device whose updates are timed; TensorFlow's if null, plain and compiled
 */
public record UpdateBench(
    List<String> optimizers, long parameters, int tensors, @Nullable Accelerator device) {

  private static final int ROUNDS = 9;
  private static final int RUNS = 3;
  private static final int FLOAT = 4;

  public UpdateBench {
    optimizers = List.copyOf(optimizers);
    parameters = UpdateGraph.whole(parameters, tensors);
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
   * @param mode {@code plain}, {@code xla} or {@code pjrt}
   * @param nsPerParam median nanoseconds for one parameter
   * @param gbPerS bytes of weight, gradient and slots that any implementation must read and write
   *     in that time, in GB/s
   * @param slotBytesPerParam bytes of state for each parameter
   */
  public record Result(
      String optimizer, String mode, double nsPerParam, double gbPerS, double slotBytesPerParam) {}

  /** How many measurements {@link #run} announces. */
  public int turns() {
    return optimizers.size() * modes().size() * (ROUNDS + 1);
  }

  /** What the updates run on. */
  public String place() {
    return device == null ? Runtime.getRuntime().availableProcessors() + " cores" : device.name();
  }

  /** How fast its memory is copied, in GB/s. */
  public double copyBandwidth() {
    return device == null
        ? CopyBandwidth.gigabytesPerSecond()
        : DeviceBandwidth.gigabytesPerSecond(AcceleratorStep.Place.on(device));
  }

  private Map<String, Function<Rule, TimedUpdate>> modes() {
    if (device != null) {
      var place = AcceleratorStep.Place.on(device);
      return Map.of("pjrt", rule -> new DeviceSession(place, rule, parameters, tensors));
    }
    Map<String, Function<Rule, TimedUpdate>> modes = new LinkedHashMap<>();
    modes.put("plain", rule -> new UpdateSession(rule, false, parameters, tensors));
    modes.put("xla", rule -> new UpdateSession(rule, true, parameters, tensors));
    return modes;
  }

  /**
   * Measures.
   *
   * @param progress hears the number of turns taken
   */
  public List<Result> run(IntConsumer progress) {
    Map<String, Rule> rules = Optimizers.all();
    Map<String, Function<Rule, TimedUpdate>> modes = modes();
    Map<Turn, TimedUpdate> sessions = new LinkedHashMap<>();
    Map<Turn, double[]> seconds = new LinkedHashMap<>();
    try {
      int taken = 0;
      for (String name : optimizers) {
        Rule rule = Objects.requireNonNull(rules.get(name));
        for (var mode : modes.entrySet()) {
          Turn turn = new Turn(name, mode.getKey());
          TimedUpdate session = mode.getValue().apply(rule);
          sessions.put(turn, session);
          seconds.put(turn, new double[ROUNDS]);
          session.run();
          progress.accept(++taken);
        }
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (Map.Entry<Turn, TimedUpdate> entry : sessions.entrySet()) {
          double[] all = Objects.requireNonNull(seconds.get(entry.getKey()));
          all[round] = time(entry.getValue());
          progress.accept(++taken);
        }
      }
      return results(sessions, seconds);
    } finally {
      sessions.values().forEach(TimedUpdate::close);
    }
  }

  private record Turn(String optimizer, String mode) {}

  /** The best of a few runs: the others were disturbed. */
  private static double time(TimedUpdate session) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < RUNS; i++) {
      long began = System.nanoTime();
      session.run();
      best = Math.min(best, (System.nanoTime() - began) / 1e9);
    }
    return best;
  }

  private List<Result> results(Map<Turn, TimedUpdate> sessions, Map<Turn, double[]> seconds) {
    List<Result> results = new ArrayList<>();
    sessions.forEach(
        (turn, session) -> {
          double[] all = Objects.requireNonNull(seconds.get(turn)).clone();
          Arrays.sort(all);
          double ns = all[ROUNDS / 2] * 1e9 / parameters;
          double slots = session.slotElementsPerParameter();
          double bytes = FLOAT * (3 + 2 * slots);
          results.add(new Result(turn.optimizer(), turn.mode(), ns, bytes / ns, FLOAT * slots));
        });
    return results;
  }
}
