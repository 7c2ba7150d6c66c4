package org.tflion.discovery.task;

/**
 * What a program has to reach in its first trainings to get the others.
 *
 * <p>Most mutants train badly, and a few trainings say so. The fitness of such a program is minus
 * the mean loss of those few: it still tells bad from worse, and is as reproducible as any other.
 *
 * @param trainings how many are the first; above 0
 * @param loss the highest mean loss that goes on
 */
public record Hurdle(int trainings, double loss) {

  /** Every program that trains at all gets all trainings. */
  public static final Hurdle NONE = new Hurdle(1, Double.POSITIVE_INFINITY);

  public Hurdle {
    if (trainings <= 0 || !(loss > 0)) {
      throw new IllegalArgumentException(
          "Hurdle: trainings and loss must be above 0 (got " + trainings + " and " + loss + ")");
    }
  }
}
