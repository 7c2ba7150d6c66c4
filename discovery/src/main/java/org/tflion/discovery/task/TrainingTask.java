package org.tflion.discovery.task;

import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;
import org.tflion.discovery.abstracts.Pruning;
import org.tflion.discovery.interpret.Arithmetic;
import org.tflion.discovery.interpret.Interpreter;
import org.tflion.discovery.program.Program;

/**
 * Trains a model with the program for a number of steps; fitness is minus its validation loss.
 *
 * <p>The model is trained in plain Java, since building, compiling and closing a TensorFlow graph
 * for each candidate takes longer than training models of this size. A program whose loss stops
 * being a number is given up at once.
 *
 * @param name of the model and its data
 * @param models makes a model for each training
 * @param steps of training; above 0
 */
public record TrainingTask(String name, Supplier<Model> models, int steps) implements Task {

  public TrainingTask {
    if (steps <= 0) {
      throw new IllegalArgumentException("TrainingTask: steps must be above 0 (got " + steps + ")");
    }
    name = name + "/" + steps + " steps";
  }

  @Override
  public double fitness(Program program) {
    return train(program, Model::validationLoss);
  }

  @Override
  public double heldOut(Program program) {
    return train(program, Model::testLoss);
  }

  private double train(Program program, ToDoubleBiFunction<Model, float[]> measure) {
    Model model = models.get();
    Program live = Pruning.withoutDead(program);
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
