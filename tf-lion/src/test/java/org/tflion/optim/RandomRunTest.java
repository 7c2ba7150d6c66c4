package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat64;
import org.tflion.schedule.Schedule;

/**
 * Runs of random settings, shapes, weights and gradients against the equations written out once
 * more for a single weight, in doubles: nothing can be right for the reference file alone.
 */
class RandomRunTest {

  private static final int UPDATES = 12;

  /** Settings of one run. */
  private record Numbers(Schedule rate, double beta1, double beta2, double epsilon, double decay) {

    static Numbers random(Random random) {
      return new Numbers(
          Schedule.linear(random.nextDouble(0.001, 0.1), random.nextDouble(0.001, 0.1), UPDATES),
          random.nextDouble(0.5, 0.95),
          random.nextDouble(0.6, 0.999),
          random.nextDouble(1e-8, 1e-3),
          random.nextDouble(0, 0.5));
    }
  }

  /** State of one weight. */
  private static final class Cell {
    double m;
    double v;
    double x;

    double mean(double beta, double g) {
      m = beta * m + (1 - beta) * g;
      return m;
    }

    double square(double beta, double g) {
      v = beta * v + (1 - beta) * g * g;
      return v;
    }
  }

  /** The way of one weight in update {@code t}, before rate and decay. */
  @FunctionalInterface
  private interface Direction {
    double of(Cell cell, int t, double g, Numbers n);
  }

  private static double unbias(double beta, int t) {
    return 1 - Math.pow(beta, t);
  }

  private static double lion(Cell cell, int unusedUpdate, double g, Numbers n) {
    double c = n.beta1() * cell.m + (1 - n.beta1()) * g;
    cell.mean(n.beta2(), g);
    return Math.signum(c);
  }

  private static double adamW(Cell cell, int t, double g, Numbers n) {
    double m = cell.mean(n.beta1(), g) / unbias(n.beta1(), t);
    double v = cell.square(n.beta2(), g) / unbias(n.beta2(), t);
    return m / (Math.sqrt(v) + n.epsilon());
  }

  private static double nAdam(Cell cell, int t, double g, Numbers n) {
    double ahead =
        n.beta1() * cell.mean(n.beta1(), g) / unbias(n.beta1(), t + 1)
            + (1 - n.beta1()) * g / unbias(n.beta1(), t);
    double v = cell.square(n.beta2(), g) / unbias(n.beta2(), t);
    return ahead / (Math.sqrt(v) + n.epsilon());
  }

  private static double rAdam(Cell cell, int t, double g, Numbers n) {
    double m = cell.mean(n.beta1(), g) / unbias(n.beta1(), t);
    double v = cell.square(n.beta2(), g) / unbias(n.beta2(), t);
    double most = 2 / (1 - n.beta2()) - 1;
    double rho = most - 2 * t * Math.pow(n.beta2(), t) / unbias(n.beta2(), t);
    double rectified = Math.sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho));
    return rho >= 5 ? rectified * m / (Math.sqrt(v) + n.epsilon()) : m;
  }

  private static double adaBelief(Cell cell, int t, double g, Numbers n) {
    double m = cell.mean(n.beta1(), g);
    double surprise = cell.square(n.beta2(), g - m) + n.epsilon();
    cell.v = surprise;
    return m / unbias(n.beta1(), t) / (Math.sqrt(surprise / unbias(n.beta2(), t)) + n.epsilon());
  }

  private static double amsGrad(Cell cell, int t, double g, Numbers n) {
    double m = cell.mean(n.beta1(), g) / unbias(n.beta1(), t);
    cell.x = Math.max(cell.x, cell.square(n.beta2(), g) / unbias(n.beta2(), t));
    return m / (Math.sqrt(cell.x) + n.epsilon());
  }

  private static double sgd(Cell cell, int unusedUpdate, double g, Numbers n) {
    cell.m = g + n.beta1() * cell.m;
    return cell.m;
  }

  private static double agreement(Cell cell, double g, Numbers n) {
    return Math.signum(g) * Math.signum(cell.mean(n.beta1(), g));
  }

  /** An optimizer and its equations. */
  private record Subject(String name, Direction direction, Function<Numbers, Rule> rule) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static List<Subject> subjects() {
    List<Subject> all = new ArrayList<>();
    all.add(new Subject("lion", RandomRunTest::lion, n -> new LionRule(lion(n))));
    all.add(
        new Subject(
            "signum",
            (cell, t, g, n) -> Math.signum(cell.mean(n.beta1(), g)),
            n ->
                new SignumRule(
                    SignumConfig.of(n.rate()).withBeta(n.beta1()).withWeightDecay(n.decay()))));
    all.add(
        new Subject(
            "sgd",
            RandomRunTest::sgd,
            n ->
                new SgdMomentumRule(
                    SgdMomentumConfig.of(n.rate())
                        .withMomentum(n.beta1())
                        .withWeightDecay(n.decay()))));
    all.add(
        new Subject(
            "powersign",
            (cell, t, g, n) -> g * Math.exp(agreement(cell, g, n)),
            n ->
                new PowerSignRule(
                    PowerSignConfig.of(n.rate()).withBeta(n.beta1()).withWeightDecay(n.decay()))));
    all.add(
        new Subject(
            "addsign",
            (cell, t, g, n) -> g * (1 + agreement(cell, g, n)),
            n ->
                new AddSignRule(
                    AddSignConfig.of(n.rate()).withBeta(n.beta1()).withWeightDecay(n.decay()))));
    all.addAll(adamLike());
    all.addAll(otherMoments());
    return all;
  }

  private static LionConfig lion(Numbers n) {
    return LionConfig.of(n.rate()).withBetas(n.beta1(), n.beta2()).withWeightDecay(n.decay());
  }

  private static List<Subject> adamLike() {
    return List.of(
        new Subject(
            "adamw",
            RandomRunTest::adamW,
            n ->
                new AdamWRule(
                    AdamWConfig.of(n.rate())
                        .withBetas(n.beta1(), n.beta2())
                        .withEpsilon(n.epsilon())
                        .withWeightDecay(n.decay()))),
        new Subject(
            "nadam",
            RandomRunTest::nAdam,
            n ->
                new NAdamRule(
                    NAdamConfig.of(n.rate())
                        .withBetas(n.beta1(), n.beta2())
                        .withEpsilon(n.epsilon())
                        .withWeightDecay(n.decay()))),
        new Subject(
            "radam",
            RandomRunTest::rAdam,
            n ->
                new RAdamRule(
                    RAdamConfig.of(n.rate())
                        .withBetas(n.beta1(), n.beta2())
                        .withEpsilon(n.epsilon())
                        .withWeightDecay(n.decay()))));
  }

  private static List<Subject> otherMoments() {
    return List.of(
        new Subject(
            "adabelief",
            RandomRunTest::adaBelief,
            n ->
                new AdaBeliefRule(
                    AdaBeliefConfig.of(n.rate())
                        .withBetas(n.beta1(), n.beta2())
                        .withEpsilon(n.epsilon())
                        .withEpsilonRoot(n.epsilon())
                        .withWeightDecay(n.decay()))),
        new Subject(
            "amsgrad",
            RandomRunTest::amsGrad,
            n ->
                new AmsGradRule(
                    AmsGradConfig.of(n.rate())
                        .withBetas(n.beta1(), n.beta2())
                        .withEpsilon(n.epsilon())
                        .withWeightDecay(n.decay()))));
  }

  static Stream<Arguments> runs() {
    return subjects().stream()
        .flatMap(s -> Stream.of(11L, 12L, 13L, 14L).map(seed -> Arguments.of(s, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("runs")
  void followsItsEquations(Subject subject, long seed) {
    Random random = new Random(seed);
    Numbers numbers = Numbers.random(random);
    Shape shape = shape(random);
    Kind kind = seed % 2 == 0 ? Kind.REF : Kind.RESOURCE;
    Trial.Setting setting = new Trial.Setting(kind, TFloat64.class, seed > 12);
    double[] w = random.doubles(shape.size(), -1, 1).toArray();
    Cell[] cells = Stream.generate(Cell::new).limit(w.length).toArray(Cell[]::new);
    UpdateOptions options = UpdateOptions.DEFAULT.withDecayMask(DecayMask.ALL);
    try (Trial<?> trial =
        new Trial<>(
            setting,
            shape,
            w.clone(),
            options,
            (graph, shared) ->
                new Grouped(
                    graph,
                    List.of(GroupedRule.Group.of("", subject.rule().apply(numbers))),
                    shared))) {
      for (int t = 1; t <= UPDATES; t++) {
        double scale = Math.pow(10, random.nextInt(-2, 2));
        double[] g = random.doubles(w.length, -scale, scale).toArray();
        trial.step(g);
        for (int i = 0; i < w.length; i++) {
          double u = subject.direction().of(cells[i], t, g[i], numbers);
          w[i] -= numbers.rate().at(t) * (u + numbers.decay() * w[i]);
        }
        // 1e-12: the bound on reference cases, for values of order 1.
        assertThat(trial.value("w")).containsExactly(w, within(1e-12));
      }
    }
  }

  private static Shape shape(Random random) {
    long[] sizes = random.longs(random.nextInt(0, 4), 1, 6).toArray();
    return Shape.of(sizes);
  }
}
