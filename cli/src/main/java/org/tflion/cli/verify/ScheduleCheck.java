package org.tflion.cli.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tflion.optim.LionConfig;
import org.tflion.schedule.Schedule;
import tools.jackson.databind.JsonNode;

/**
 * Compares a schedule with a case, in Java and as graph operations.
 *
 * @param vectors the case
 * @param schedule set up as the case says
 * @param key what the case calls the value
 * @param when what the case calls the time
 * @param offset from the case's time to the number of the update
 */
record ScheduleCheck(VectorCase vectors, Schedule schedule, String key, String when, long offset) {

  /** Roundings of the references themselves. */
  private static final double TOLERANCE = 1e-12;

  /** The checks of a case, none if it is not about a schedule. */
  static List<ScheduleCheck> of(VectorCase v) {
    List<ScheduleCheck> checks = new ArrayList<>();
    schedule(v).ifPresent(s -> checks.add(new ScheduleCheck(v, s, "lr", "step", shift(v))));
    if (v.name().startsWith("amos_kexue_lion")) {
      double sigma = Math.sqrt(1 / v.hyper("d"));
      LionConfig lion = LionConfig.amos(v.hyper("alpha0"), sigma, v.hyper("kappa"));
      checks.add(new ScheduleCheck(v, lion.learningRate(), "lr", "t", 0));
      checks.add(new ScheduleCheck(v, lion.weightDecay(), "weight_decay", "t", 0));
    }
    return checks;
  }

  private static Optional<Schedule> schedule(VectorCase v) {
    if (v.name().startsWith("schedule_hero_cosine")) {
      double peak = v.hyper("lr");
      long warmup = (long) v.hyper("warmup");
      long length = (long) (v.hyper("num_train_steps") - v.hyper("steps_after_decay")) - warmup;
      return Optional.of(
          Schedule.cosine(peak, peak * v.hyper("end_decay"), length).withWarmup(warmup));
    }
    if (v.name().startsWith("schedule_lm_warmup_linear")) {
      long warmup = (long) v.hyper("warmup");
      return Optional.of(
          Schedule.linear(v.hyper("peak"), 0, (long) v.hyper("total") - warmup).withWarmup(warmup));
    }
    if (v.name().startsWith("schedule_t5x_rsqrt")) {
      return Optional.of(Schedule.inverseSquareRoot(v.hyper("base"), (long) v.hyper("warmup")));
    }
    return Optional.empty();
  }

  /** Steps count from 0 and updates from 1; T5X evaluates its schedule at the step itself. */
  private static long shift(VectorCase v) {
    return v.name().startsWith("schedule_t5x_rsqrt") ? 0 : 1;
  }

  List<Outcome> outcomes() {
    double inJava = 0;
    double inGraph = 0;
    for (JsonNode step : vectors.steps()) {
      double expected = vectors.flat(key, step.path(key))[0];
      long update = (long) vectors.flat(when, step.path(when))[0] + offset;
      inJava = Math.max(inJava, Math.abs(schedule.at(update) - expected));
      inGraph = Math.max(inGraph, Math.abs(graph(update) - expected));
    }
    return List.of(
        Outcome.of(vectors.name(), key + " java", inJava, TOLERANCE),
        Outcome.of(vectors.name(), key + " graph", inGraph, TOLERANCE));
  }

  private double graph(long update) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var value = schedule.at(tf, tf.constant((double) update));
      try (Session session = new Session(graph);
          Result result = session.runner().fetch(value).run()) {
        return ((TFloat64) result.get(0)).getDouble();
      }
    }
  }
}
