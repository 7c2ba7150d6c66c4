package org.tflion.train.step;

import java.util.List;
import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * How the learning rate changes over a run: a climb to the peak, then a way down from it.
 *
 * <p>Messages name the keys of a config file, such as {@code schedule.warmup}.
 *
 * @param name {@code constant}, {@code linear} or {@code cosine}: the way down
 * @param warmup updates of the climb; 0 or more
 * @param end rate at the last update, as a share of the peak; in [0, 1]; {@code constant} stays at
 *     the peak whatever it says
 */
public record ScheduleConfig(String name, long warmup, double end) {

  public static final List<String> NAMES = List.of("constant", "linear", "cosine");

  /**
   * Checks the numbers and the name.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public ScheduleConfig {
    Require.that(NAMES.contains(name), "schedule.name must be one of " + NAMES, name);
    Require.that(warmup >= 0, "schedule.warmup must be 0 or more", warmup);
    Require.that(end >= 0 && end <= 1, "schedule.end must be in [0, 1]", end);
  }

  /**
   * The learning rate of each update of a run, counted from 1: {@code peak * t / warmup} up to
   * update {@code warmup}, then down to {@code peak * end} at update {@code steps}.
   *
   * @param peak rate at the end of the climb; finite, 0 or more
   * @param steps updates of the whole run
   * @throws IllegalArgumentException if the climb leaves no update after it
   */
  public Schedule of(double peak, long steps) {
    Require.that(warmup < steps, "schedule.warmup must be below train.steps " + steps, warmup);
    Schedule down =
        switch (name) {
          case "linear" -> Schedule.linear(peak, peak * end, steps - warmup);
          case "cosine" -> Schedule.cosine(peak, peak * end, steps - warmup);
          default -> Schedule.constant(peak);
        };
    return down.withWarmup(warmup);
  }
}
