package org.tflion.cli.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.optim.Rule;
import tools.jackson.databind.JsonNode;

/** Runs an optimizer over a case and compares weight and slots after every update. */
record OptimizerCheck(VectorCase vectors, Subject subject) {

  /** Roundings of the references themselves. */
  private static final double FLOAT64 = 1e-12;

  /** A few roundings of 6e-8 an update, relative to values of order 1. */
  private static final double FLOAT32 = 1e-6;

  /** A direction closer to zero than this may round to either sign in float32. */
  private static final double UNDECIDED = 1e-6;

  List<Outcome> outcomes() {
    List<Outcome> outcomes = new ArrayList<>();
    // A momentum in bfloat16 is defined over float32 arithmetic alone.
    boolean single = vectors.name().contains("f32math");
    for (boolean compiled : new boolean[] {false, true}) {
      String how = compiled ? " xla" : " plain";
      if (!single) {
        outcomes.add(
            Outcome.of(vectors.name(), "float64" + how, error(TFloat64.class, compiled), FLOAT64));
      }
      outcomes.add(
          Outcome.of(vectors.name(), "float32" + how, error(TFloat32.class, compiled), FLOAT32));
    }
    return outcomes;
  }

  private <T extends TNumber> double error(Class<T> type, boolean compiled) {
    JsonNode start = vectors.inputs().path("params");
    Shape shape = VectorCase.shape(start);
    double[] initial = vectors.flat("inputs.params", start);
    boolean[] decided = new boolean[initial.length];
    Arrays.fill(decided, true);
    double worst = 0;
    try (RuleRun<T> run = new RuleRun<>(subject.rule(), type, compiled, shape, initial)) {
      List<JsonNode> steps = vectors.steps();
      for (int i = 0; i < steps.size(); i++) {
        run.step(vectors.flat("inputs.grads", vectors.inputs().path("grads").path(i)));
        if (type == TFloat32.class && steps.get(i).has("c")) {
          decide(decided, vectors.flat("c", steps.get(i).get("c")));
        }
        worst = Math.max(worst, compare(run, steps.get(i), decided));
      }
    }
    return worst;
  }

  /** Forgets the weights whose direction is within rounding of zero, but for exact zeros. */
  private static void decide(boolean[] decided, double[] direction) {
    for (int i = 0; i < decided.length; i++) {
      decided[i] &= direction[i] == 0 || Math.abs(direction[i]) > UNDECIDED;
    }
  }

  private double compare(RuleRun<?> run, JsonNode step, boolean[] decided) {
    double worst =
        difference(vectors.flat("params", step.path("params")), run.value(Rule.WEIGHT), decided);
    for (Map.Entry<String, String> slot : subject.slots().entrySet()) {
      if (run.knows(slot.getKey()) && step.has(slot.getValue())) {
        double[] expected = vectors.flat(slot.getValue(), step.get(slot.getValue()));
        boolean[] all = new boolean[expected.length];
        Arrays.fill(all, true);
        worst = Math.max(worst, difference(expected, run.value(slot.getKey()), all));
      }
    }
    return worst;
  }

  private static double difference(double[] expected, double[] actual, boolean[] counts) {
    if (expected.length != actual.length) {
      return Double.NaN;
    }
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      if (counts[i]) {
        double scale = Math.max(1, Math.abs(expected[i]));
        worst = Math.max(worst, Math.abs(actual[i] - expected[i]) / scale);
      }
    }
    return worst;
  }
}
