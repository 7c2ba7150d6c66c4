package org.tflion.discovery.task;

import org.tflion.discovery.interpret.Leaves;

/**
 * The curved valley {@code loss = (1 - x)^2 + 100 (y - x^2)^2}, from (-1.2, 1); its floor is at (1,
 * 1). Meant for tests.
 *
 * @see <a href="https://doi.org/10.1093/comjnl/3.3.175">Rosenbrock, 1960</a>
 */
public final class Rosenbrock implements Model {

  /** Training in the valley for this many steps. */
  public static Task task(int steps) {
    return new TrainingTask(
        "rosenbrock", seed -> new Training(new Rosenbrock(), steps), 1, Hurdle.NONE);
  }

  @Override
  public Leaves leaves() {
    return Leaves.of(1, 1);
  }

  @Override
  public void initialise(float[] weights) {
    weights[0] = -1.2f;
    weights[1] = 1;
  }

  @Override
  public double gradient(float[] weights, float[] gradient, int step) {
    double x = weights[0];
    double y = weights[1];
    gradient[0] = (float) (-2 * (1 - x) - 400 * x * (y - x * x));
    gradient[1] = (float) (200 * (y - x * x));
    return testLoss(weights);
  }

  @Override
  public double validationLoss(float[] weights) {
    return testLoss(weights);
  }

  @Override
  public double testLoss(float[] weights) {
    double x = weights[0];
    double y = weights[1];
    return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
  }
}
