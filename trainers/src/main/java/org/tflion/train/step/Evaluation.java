package org.tflion.train.step;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Objective;

/**
 * What was measured on some batches.
 *
 * @param loss mean of the loss
 * @param metrics the model's other means, by name
 */
public record Evaluation(Mean loss, Map<String, Mean> metrics) {

  /**
   * A mean.
   *
   * @param value the mean; without meaning where the count is 0
   * @param count over how many it is taken
   */
  public record Mean(double value, double count) {

    Mean plus(Mean other) {
      double sum = 0;
      for (Mean each : List.of(this, other)) {
        sum += each.count > 0 ? each.value * each.count : 0;
      }
      double all = count + other.count;
      return new Mean(sum / all, all);
    }
  }

  public Evaluation {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** The mean over both, in which everything that counts counts the same. */
  public Evaluation plus(Evaluation other) {
    Map<String, Mean> both = new LinkedHashMap<>();
    metrics.forEach((name, mean) -> both.merge(name, mean, Mean::plus));
    other.metrics.forEach((name, mean) -> both.merge(name, mean, Mean::plus));
    return new Evaluation(loss.plus(other.loss), both);
  }

  /** The metrics that are finite numbers, by their names. */
  public Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    metrics.forEach(
        (name, mean) -> {
          if (mean.count() > 0 && Double.isFinite(mean.value())) {
            values.put(name, mean.value());
          }
        });
    return values;
  }

  /** What a run has to fetch for an objective. */
  static List<Operand<TFloat32>> fetches(Objective<TFloat32> objective) {
    List<Operand<TFloat32>> fetches = new ArrayList<>();
    fetches.add(objective.mean());
    fetches.add(objective.count());
    objective
        .metrics()
        .values()
        .forEach(
            mean -> {
              fetches.add(mean.value());
              fetches.add(mean.count());
            });
    return fetches;
  }

  /** Reads what a run has fetched for an objective. */
  static Evaluation of(Objective<TFloat32> objective, Result fetched) {
    Map<String, Mean> metrics = new LinkedHashMap<>();
    for (String name : objective.metrics().keySet()) {
      metrics.put(name, mean(fetched, 1 + metrics.size()));
    }
    return new Evaluation(mean(fetched, 0), metrics);
  }

  private static Mean mean(Result fetched, int index) {
    return new Mean(number(fetched, 2 * index), number(fetched, 2 * index + 1));
  }

  private static double number(Result fetched, int index) {
    return ((TFloat32) fetched.get(index)).getFloat();
  }
}
