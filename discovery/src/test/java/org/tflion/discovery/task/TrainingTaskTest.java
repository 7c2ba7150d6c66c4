package org.tflion.discovery.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.tflion.discovery.interpret.Leaves;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;

class TrainingTaskTest {

  private static final Program ADAMW = PaperProgram.ADAMW.program();

  private final List<Integer> trained = Collections.synchronizedList(new ArrayList<>());

  /** Loses what its number says, however it is trained. */
  private record Fixed(double loss) implements Model {

    @Override
    public Leaves leaves() {
      return Leaves.of(1);
    }

    @Override
    public void initialise(float[] weights) {
      weights[0] = 0;
    }

    @Override
    public double gradient(float[] weights, float[] gradient, int step) {
      gradient[0] = 1;
      return loss;
    }

    @Override
    public double validationLoss(float[] weights) {
      return loss;
    }

    @Override
    public double testLoss(float[] weights) {
      return loss;
    }
  }

  private TrainingTask task(Hurdle hurdle, double... losses) {
    IntFunction<Training> trainings =
        i -> {
          trained.add(i);
          return new Training(new Fixed(losses[i % losses.length]), 1);
        };
    return new TrainingTask("fixed", trainings, losses.length, hurdle);
  }

  @Test
  void averagesAllTrainingsBehindTheHurdle() {
    // The first two lose 1.5 on average, which is not more than the hurdle says.
    TrainingTask task = task(new Hurdle(2, 1.5), 1, 2, 6, 7);
    assertThat(task.fitness(ADAMW)).isEqualTo(-4);
    assertThat(trained).containsExactly(0, 1, 2, 3);
  }

  @Test
  void givesUpBeforeTheHurdle() {
    TrainingTask task = task(new Hurdle(2, 1.49), 1, 2, 6, 7);
    assertThat(task.fitness(ADAMW)).isEqualTo(-1.5);
    assertThat(trained).containsExactly(0, 1);
    trained.clear();
    // What is reported of a program is measured in full.
    assertThat(task.heldOut(ADAMW)).isEqualTo(-4);
    assertThat(trained).containsExactly(4, 5, 6, 7);
    trained.clear();
    assertThat(task.elsewhere(4).fitness(ADAMW)).isEqualTo(-4);
    assertThat(trained).containsExactly(8, 9, 10, 11);
  }

  @Test
  void programsThatDoNotTrainAreInfinitelyBad() {
    TrainingTask task = task(Hurdle.NONE, 1, Double.NaN, 1);
    assertThat(task.fitness(ADAMW)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(trained).containsExactly(0, 1);
  }

  @Test
  void theScheduleRisesForATenthAndFallsAlongACosine() {
    var training = new Training(new Fixed(1), 40);
    double[] expected = {0.25, 0.5 * (1 + Math.cos(Math.PI / 40)) / 2};
    assertThat(training.learningRate(0)).isEqualTo(expected[0]);
    assertThat(training.learningRate(1)).isCloseTo(expected[1], within(1e-15));
    assertThat(training.learningRate(20)).isCloseTo(0.5, within(1e-15));
    assertThat(training.learningRate(39)).isBetween(0.0, 0.002);
  }

  @Test
  void refusesWhatCannotTrain() {
    assertThatThrownBy(() -> new Training(new Fixed(1), 0)).hasMessageContaining("(got 0)");
    assertThatThrownBy(() -> new Hurdle(0, 1)).hasMessageContaining("got 0 and 1.0");
    assertThatThrownBy(() -> new Hurdle(1, Double.NaN)).hasMessageContaining("got 1 and NaN");
    assertThatThrownBy(() -> task(Hurdle.NONE)).hasMessageContaining("repetitions must be above 0");
  }
}
