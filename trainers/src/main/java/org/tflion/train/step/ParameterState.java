package org.tflion.train.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tflion.optim.Rule;
import org.tflion.optim.Slot;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameter;

/**
 * What a step keeps of one parameter, as its optimizer says.
 *
 * @param parameter the model's
 * @param trained whether it has a gradient to move by; one that is frozen has no slots
 * @param values that an update writes of it: the weight and its slots
 * @param slotBytes of all its slots
 * @param programBytes most bytes of new values that one program of an update makes of it
 */
public record ParameterState(
    Parameter parameter, boolean trained, int values, long slotBytes, long programBytes) {

  /** Weights are float32. */
  public static final int VALUE_BYTES = 4;

  /** Bytes of the weight, and of its gradient. */
  public long bytes() {
    return parameter.shape().size() * VALUE_BYTES;
  }

  /** Sizes of its axes. */
  public List<Long> sizes() {
    return Arrays.stream(parameter.shape().asArray()).boxed().toList();
  }

  /** All parameters of a model under a config. */
  public static List<ParameterState> of(Model model, StepConfig config) {
    Rule rule = config.rule(model);
    List<ParameterState> all = new ArrayList<>();
    for (Parameter parameter : model.parameters()) {
      String name = parameter.name();
      all.add(
          rule.trains(name)
              ? of(parameter, rule.of(name))
              : new ParameterState(parameter, false, 0, 0, 0));
    }
    return all;
  }

  private static ParameterState of(Parameter parameter, Rule rule) {
    long slots = 0;
    int values = 1;
    Map<Integer, Long> programs = new HashMap<>();
    programs.put(rule.program(Rule.WEIGHT), parameter.shape().size() * VALUE_BYTES);
    for (Slot slot : rule.slots(parameter.shape())) {
      slots += slot.bytes(VALUE_BYTES);
      values++;
      programs.merge(rule.program(slot.name()), slot.bytes(VALUE_BYTES), Long::sum);
    }
    long most = programs.values().stream().mapToLong(Long::longValue).max().orElse(0);
    return new ParameterState(parameter, true, values, slots, most);
  }
}
