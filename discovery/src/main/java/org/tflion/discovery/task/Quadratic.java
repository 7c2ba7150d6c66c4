package org.tflion.discovery.task;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.tflion.discovery.interpret.Leaves;

/**
 * A bowl with noisy slopes: {@code loss = mean over i of h_i * (w_i - t_i)^2 / 2}, with curvatures
 * {@code h} from 0.01 to 1 and targets {@code t} around 1; gradients carry noise of N(0, 0.1^2).
 * Meant for tests, where a search must be quick and its answer known.
 */
public final class Quadratic implements Model {

  private static final double NOISE = 0.1;

  private final int size;
  private final double[] targets;
  private final double[] curvatures;

  /**
   * A bowl.
   *
   * @param size number of weights, in two leaves; at least 2
   */
  public Quadratic(int size) {
    if (size < 2) {
      throw new IllegalArgumentException("Quadratic: size must be 2 or more (got " + size + ")");
    }
    this.size = size;
    var random = new SplittableRandom(size);
    this.targets = random.doubles(size, 0.5, 1.5).toArray();
    this.curvatures = random.doubles(size, -2, 0).map(x -> Math.pow(10, x)).toArray();
  }

  /** Training on a bowl for this many steps. */
  public static Task task(int size, int steps) {
    return new TrainingTask(
        "quadratic-" + size, seed -> new Training(new Quadratic(size), steps), 1, Hurdle.NONE);
  }

  @Override
  public Leaves leaves() {
    return Leaves.of(size / 2, size - size / 2);
  }

  @Override
  public void initialise(float[] weights) {
    Arrays.fill(weights, 0);
  }

  @Override
  public double gradient(float[] weights, float[] gradient, int step) {
    var random = new SplittableRandom(step);
    for (int i = 0; i < size; i++) {
      double noise = NOISE * random.nextGaussian();
      gradient[i] = (float) (curvatures[i] * (weights[i] - targets[i]) + noise);
    }
    return testLoss(weights);
  }

  @Override
  public double validationLoss(float[] weights) {
    return testLoss(weights);
  }

  @Override
  public double testLoss(float[] weights) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double distance = weights[i] - targets[i];
      sum += curvatures[i] * distance * distance / 2;
    }
    return sum / size;
  }
}
