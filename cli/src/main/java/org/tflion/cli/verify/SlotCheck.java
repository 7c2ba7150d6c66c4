package org.tflion.cli.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tensorflow.ndarray.Shape;
import org.tflion.cli.bench.Optimizers;
import org.tflion.optim.Rule;
import tools.jackson.databind.JsonNode;

/** Counts the elements of state that every optimizer keeps for weights of some shapes. */
record SlotCheck(VectorCase vectors) {

  static final String NAME = "optimizer_slot_elements";

  List<Outcome> outcomes() {
    List<Outcome> outcomes = new ArrayList<>();
    for (Map.Entry<String, Rule> entry : Optimizers.all().entrySet()) {
      String key = entry.getKey().equals("sgd_momentum") ? "sgdm" : entry.getKey();
      double worst = 0;
      boolean listed = false;
      for (JsonNode step : vectors.steps()) {
        if (step.has(key)) {
          listed = true;
          double expected = vectors.flat(key, step.get(key))[0];
          worst = Math.max(worst, Math.abs(elements(entry.getValue(), step) - expected));
        }
      }
      if (listed) {
        outcomes.add(Outcome.of(vectors.name(), key, worst, 0));
      }
    }
    return outcomes;
  }

  private long elements(Rule rule, JsonNode step) {
    double[] sizes = vectors.flat("shape", step.path("shape"));
    Shape shape = Shape.of(Arrays.stream(sizes).mapToLong(size -> (long) size).toArray());
    return rule.slots(shape).stream().mapToLong(slot -> slot.shape().size()).sum();
  }
}
