package org.tflion.discovery.task;

import java.util.function.IntFunction;
import java.util.function.ToDoubleBiFunction;
import org.tflion.discovery.abstracts.Pruning;
import org.tflion.discovery.interpret.Arithmetic;
import org.tflion.discovery.interpret.Interpreter;
import org.tflion.discovery.program.Program;

/**
 * Trains models with the program; fitness is minus their mean validation loss.
 *
 * <p>Each repetition starts from other weights and draws other batches. A search that judges by a
 * single training finds programs for just that one: after a few thousand evaluations, better ones
 * are no better from other weights. The held-out measure uses repetitions that fitness never does.
 *
 * <p>The model is trained in plain Java, since building, compiling and closing a TensorFlow graph
 * for each candidate takes longer than training models of this size. A program whose loss stops
 * being a number is given up at once.
 *
 * @param name of the model and its data
 * @param models makes a model from the number of a repetition
 * @param steps of each training; above 0
 * @param repetitions trainings for one fitness; above 0
 */
public record TrainingTask(String name, IntFunction<Model> models, int steps, int repetitions)
    implements Task {

  public TrainingTask {
    if (steps <= 0) {
      throw new IllegalArgumentException("TrainingTask: steps must be above 0 (got " + steps + ")");
    }
    if (repetitions <= 0) {
      throw new IllegalArgumentException(
          "TrainingTask: repetitions must be above 0 (got " + repetitions + ")");
    }
    name = name + "/" + repetitions + " x " + steps + " steps";
  }

  /**
   * The same judged by trainings that neither {@link #fitness} nor {@link #heldOut} of this one
   * does, and as many as it takes to tell luck from skill.
   *
   * @param trainings for one fitness; above 0
   */
  public TrainingTask elsewhere(int trainings) {
    int used = 2 * repetitions;
    String other = name.substring(0, name.lastIndexOf('/')) + " elsewhere";
    return new TrainingTask(other, i -> models.apply(used + i), steps, trainings);
  }

  @Override
  public double fitness(Program program) {
    return mean(program, 0, Model::validationLoss);
  }

  @Override
  public double heldOut(Program program) {
    return mean(program, repetitions, Model::testLoss);
  }

  private double mean(Program program, int from, ToDoubleBiFunction<Model, float[]> measure) {
    Program live = Pruning.withoutDead(program);
    double sum = 0;
    for (int i = from; i < from + repetitions && Double.isFinite(sum); i++) {
      sum += train(live, models.apply(i), measure);
    }
    return sum / repetitions;
  }

  /** Minus the loss after one training, or negative infinity. */
  private double train(Program live, Model model, ToDoubleBiFunction<Model, float[]> measure) {
    var run = new Interpreter<>(live, model.leaves(), Arithmetic.FLOAT32);
    float[] weights = run.weights();
    model.initialise(weights);
    for (int step = 0; step < steps; step++) {
      double loss = model.gradient(weights, run.gradient(), step);
      if (!Double.isFinite(loss)) {
        return Double.NEGATIVE_INFINITY;
      }
      run.step(learningRate(step));
    }
    double loss = measure.applyAsDouble(model, weights);
    return Double.isFinite(loss) ? -loss : Double.NEGATIVE_INFINITY;
  }

  /**
   * The schedule that programs see as {@code lr}: up from near 0 to near 1 in the first tenth of
   * the steps, then down to 0 along half a cosine.
   */
  double learningRate(int step) {
    double warmup = Math.max(1, steps / 10);
    double rise = Math.min(1, (step + 1) / warmup);
    return rise * (1 + Math.cos(Math.PI * step / steps)) / 2;
  }
}
