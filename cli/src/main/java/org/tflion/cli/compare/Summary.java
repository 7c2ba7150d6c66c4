package org.tflion.cli.compare;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.tflion.train.watch.Curve;

/**
 * What a comparison comes to.
 *
 * @param steps of each training
 * @param seeds of each optimizer
 * @param parameters that were trained
 * @param commonLoss the lowest validation loss that every training reached
 * @param results of the optimizers, in their order
 */
public record Summary(
    long steps, int seeds, long parameters, double commonLoss, List<Result> results) {

  /**
   * One optimizer.
   *
   * @param valLoss after the last step, in nats per token
   * @param stepMs of each training the median over its lines of metrics, without the first
   * @param slotBytesPerParam bytes of state for each number that is trained
   * @param peakRssBytes of the largest of its processes, or null where the system does not tell
   * @param stepsToCommonLoss between two evaluations by a straight line
   */
  public record Result(
      String optimizer,
      double learningRate,
      double weightDecay,
      Spread valLoss,
      Spread stepMs,
      double slotBytesPerParam,
      @Nullable Long peakRssBytes,
      Spread stepsToCommonLoss) {}

  /** Numbers of several seeds. */
  public record Spread(double mean, double min, double max) {

    static Spread of(double[] values) {
      return new Spread(
          Arrays.stream(values).average().orElse(Double.NaN),
          Arrays.stream(values).min().orElse(Double.NaN),
          Arrays.stream(values).max().orElse(Double.NaN));
    }
  }

  /** Sums up trainings that are all over. */
  static Summary of(List<Trained> all) {
    double common = all.stream().mapToDouble(t -> lowest(t.valLoss())).max().orElse(Double.NaN);
    Trained first = all.get(0);
    List<String> names = all.stream().map(t -> t.part().optimizer()).distinct().toList();
    return new Summary(
        first.part().config().train().steps(),
        all.size() / names.size(),
        first.measured().parameters(),
        common,
        names.stream().map(name -> result(of(all, name), common)).toList());
  }

  static List<Trained> of(List<Trained> all, String optimizer) {
    return all.stream().filter(t -> t.part().optimizer().equals(optimizer)).toList();
  }

  private static Result result(List<Trained> seeds, double common) {
    Trained first = seeds.get(0);
    var optimizer = first.part().config().optimizer();
    List<Long> memory =
        seeds.stream().map(t -> t.measured().peakRssBytes()).filter(b -> b != null).toList();
    return new Result(
        first.part().optimizer(),
        optimizer.learningRate(),
        optimizer.weightDecay(),
        Spread.of(seeds.stream().mapToDouble(t -> last(t.valLoss())).toArray()),
        Spread.of(seeds.stream().mapToDouble(t -> median(t.stepMs())).toArray()),
        (double) first.measured().slotBytes() / first.measured().parameters(),
        memory.stream().max(Long::compare).orElse(null),
        Spread.of(
            seeds.stream().mapToDouble(t -> reached(t.valLoss(), common).orElseThrow()).toArray()));
  }

  /** Where a curve first comes down to a height, if it does. */
  static OptionalDouble reached(Curve curve, double height) {
    Curve.@Nullable Point before = null;
    for (Curve.Point point : curve.points()) {
      if (point.y() <= height) {
        double share = before == null ? 1 : (before.y() - height) / (before.y() - point.y());
        double from = before == null ? point.x() : before.x();
        return OptionalDouble.of(from + share * (point.x() - from));
      }
      before = point;
    }
    return OptionalDouble.empty();
  }

  private static double lowest(Curve curve) {
    return curve.points().stream().mapToDouble(Curve.Point::y).min().orElse(Double.NaN);
  }

  private static double last(Curve curve) {
    return curve.points().isEmpty()
        ? Double.NaN
        : curve.points().get(curve.points().size() - 1).y();
  }

  /** The first steps wait for TensorFlow to prepare. */
  private static double median(Curve curve) {
    double[] values = curve.points().stream().mapToDouble(Curve.Point::y).toArray();
    double[] sorted = Arrays.copyOfRange(values, Math.min(1, values.length - 1), values.length);
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
