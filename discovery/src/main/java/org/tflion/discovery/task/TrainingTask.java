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
 * @param name of the models and their data
 * @param trainings makes a training from the number of a repetition
 * @param repetitions trainings for one fitness; above 0
 * @param hurdle what a program has to reach in the first of them
 */
public record TrainingTask(
    String name, IntFunction<Training> trainings, int repetitions, Hurdle hurdle) implements Task {

  public TrainingTask {
    if (repetitions <= 0) {
      throw new IllegalArgumentException(
          "TrainingTask: repetitions must be above 0 (got " + repetitions + ")");
    }
    name = name + "/" + repetitions + " trainings";
  }

  /**
   * The same judged by trainings that neither {@link #fitness} nor {@link #heldOut} of this one
   * does, without a hurdle, and as many as it takes to tell luck from skill.
   *
   * @param count of trainings for one fitness; above 0
   */
  public TrainingTask elsewhere(int count) {
    int used = 2 * repetitions;
    String other = name.substring(0, name.lastIndexOf('/')) + " elsewhere";
    return new TrainingTask(other, i -> trainings.apply(used + i), count, Hurdle.NONE);
  }

  @Override
  public double fitness(Program program) {
    return mean(program, 0, hurdle, Model::validationLoss);
  }

  @Override
  public double heldOut(Program program) {
    return mean(program, repetitions, Hurdle.NONE, Model::testLoss);
  }

  private double mean(
      Program program, int from, Hurdle first, ToDoubleBiFunction<Model, float[]> measure) {
    Program live = Pruning.withoutDead(program);
    double sum = 0;
    for (int i = 0; i < repetitions && Double.isFinite(sum); i++) {
      if (i == first.trainings() && -sum / i > first.loss()) {
        return sum / i;
      }
      sum += train(live, trainings.apply(from + i), measure);
    }
    return sum / repetitions;
  }

  /** Minus the loss after one training, or negative infinity. */
  private static double train(
      Program live, Training training, ToDoubleBiFunction<Model, float[]> measure) {
    Model model = training.model();
    var run = new Interpreter<>(live, model.leaves(), Arithmetic.FLOAT32);
    float[] weights = run.weights();
    model.initialise(weights);
    for (int step = 0; step < training.steps(); step++) {
      double loss = model.gradient(weights, run.gradient(), step);
      if (!Double.isFinite(loss)) {
        return Double.NEGATIVE_INFINITY;
      }
      run.step(training.learningRate(step));
    }
    double loss = measure.applyAsDouble(model, weights);
    return Double.isFinite(loss) ? -loss : Double.NEGATIVE_INFINITY;
  }
}
