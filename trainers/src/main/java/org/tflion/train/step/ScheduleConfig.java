package org.tflion.train.step;

import java.util.List;
import org.tflion.Require;
import org.tflion.schedule.Schedule;

/**
 * How the learning rate changes over a run: a climb to the peak, a plateau, and a way down.
 *
 * <p>Messages name the keys of a config file, such as {@code schedule.warmup}.
 *
 * @param name {@code constant}, {@code linear}, {@code cosine}, {@code sqrt} or {@code
 *     exponential}: the way down
 * @param warmup updates of the climb; 0 or more
 * @param stable share of the updates after the climb that stay at the peak before the way down; in
 *     [0, 1). Above 0 the schedule is the one known as WSD: warmup, stable, decay
 * @param end rate at the last update, as a share of the peak; in [0, 1], above 0 for {@code
 *     exponential}; {@code constant} stays at the peak whatever it says
 * @see <a href="https://arxiv.org/abs/2405.18392">Haegele et al., 2024: plateaus and {@code
 *     sqrt}</a>
 */
public record ScheduleConfig(String name, long warmup, double stable, double end) {

  public static final List<String> NAMES =
      List.of("constant", "linear", "cosine", "sqrt", "exponential");

  /**
   * Checks the numbers and the name.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public ScheduleConfig {
    Require.that(NAMES.contains(name), "schedule.name must be one of " + NAMES, name);
    Require.that(warmup >= 0, "schedule.warmup must be 0 or more", warmup);
    Require.that(stable >= 0 && stable < 1, "schedule.stable must be in [0, 1)", stable);
    Require.that(end >= 0 && end <= 1, "schedule.end must be in [0, 1]", end);
    Require.that(
        end > 0 || !name.equals("exponential"),
        "schedule.end must be above 0 for schedule.name exponential",
        end);
  }

  /**
   * The learning rate of each update of a run, counted from 1: {@code peak * t / warmup} up to
   * update {@code warmup}, {@code peak} for {@code stable} of the rest (in whole updates), then
   * down to {@code peak * end} at update {@code steps}.
   *
   * @param peak rate at the end of the climb; finite, 0 or more
   * @param steps updates of the whole run
   * @throws IllegalArgumentException if the climb leaves no update after it
   */
  public Schedule of(double peak, long steps) {
    Require.that(warmup < steps, "schedule.warmup must be below train.steps " + steps, warmup);
    long plateau = (long) (stable * (steps - warmup));
    Schedule down = down(peak, steps - warmup - plateau);
    Schedule after = plateau == 0 ? down : Schedule.constant(peak).then(plateau, down);
    return after.withWarmup(warmup);
  }

  private Schedule down(double peak, long updates) {
    return switch (name) {
      case "linear" -> Schedule.linear(peak, peak * end, updates);
      case "cosine" -> Schedule.cosine(peak, peak * end, updates);
      case "sqrt" -> Schedule.root(peak, peak * end, updates);
      case "exponential" -> Schedule.exponential(peak, end, updates, peak * end);
      default -> Schedule.constant(peak);
    };
  }
}
