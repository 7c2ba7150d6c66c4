package org.tflion.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.gradient.Clip;
import org.tflion.xla.FunctionCall;

/** One rule applied to one weight, with its gradient clipped and its decay masked. */
record Step(Rule rule, UpdateOptions options, UpdateScalars scalars) {

  /**
   * The new values of a weight and its slots.
   *
   * @param gradient before clipping
   * @param old values of the weight, under {@link Rule#WEIGHT}, and of its slots
   */
  <T extends TNumber> Values<T> apply(
      Ops tf, Weight<T> weight, Operand<T> gradient, Values<T> old) {
    Mixing.Member<T> member = member(tf, weight, gradient, old);
    Rule own = rule.of(weight.name());
    Values<T> fresh = own.step(tf, member.hyper(), member.weight(), member.gradient(), old);
    Operand<T> kept = weight.rounded(tf, fresh.get(Rule.WEIGHT), scalars.update());
    return scalars.choose(tf, fresh.with(Rule.WEIGHT, kept), old);
  }

  /** What a rule sees of a weight. */
  private <T extends TNumber> Mixing.Member<T> member(
      Ops tf, Weight<T> weight, Operand<T> gradient, Values<T> old) {
    boolean decays = options.decayMask().decays(weight.name(), weight.shape());
    Operand<T> present = old.get(Rule.WEIGHT);
    Operand<T> clipped = scalars.clip(tf, gradient);
    for (Clip clip : options.clips()) {
      clipped = clip.apply(tf, present, clipped);
    }
    Hyper<T> hyper = scalars.of(tf, rule.of(weight.name()), weight, decays);
    return new Mixing.Member<>(hyper, present, clipped, old);
  }

  /** The same step with what its rules need of all these weights together. */
  Step mixed(Ops tf, List<Trainable<?>> trainables) {
    Map<Rule, List<Trainable<?>>> members = new LinkedHashMap<>();
    for (Trainable<?> trainable : trainables) {
      Rule own = rule.of(trainable.weight().name());
      if (own.mixing().isPresent()) {
        members.computeIfAbsent(own, key -> new ArrayList<>()).add(trainable);
      }
    }
    Map<Rule, List<Operand<TFloat64>>> mixed = new LinkedHashMap<>();
    members.forEach((own, together) -> mixed.put(own, mixed(tf, own, together)));
    return mixed.isEmpty() ? this : new Step(rule, options, scalars.withMixed(mixed));
  }

  private List<Operand<TFloat64>> mixed(Ops tf, Rule own, List<Trainable<?>> together) {
    Mixing mixing = own.mixing().orElseThrow();
    Operation call =
        FunctionCall.add(
            tf,
            own.name() + "-mixing",
            options.compiled(),
            program -> {
              Step inside = inside(program);
              List<Mixing.Member<?>> members = new ArrayList<>();
              together.forEach(trainable -> members.add(inside.passed(tf, program, trainable)));
              mixing.scalars(program.body(), members).forEach(program::result);
            });
    List<Operand<TFloat64>> scalars = new ArrayList<>();
    for (int i = 0; i < call.numOutputs(); i++) {
      scalars.add(call.<TFloat64>output(i));
    }
    return scalars;
  }

  private <T extends TNumber> Mixing.Member<T> passed(
      Ops outside, FunctionCall program, Trainable<T> trainable) {
    Map<String, Operand<T>> old = new HashMap<>();
    trainable.read(outside).byName().forEach((name, value) -> old.put(name, program.pass(value)));
    Operand<T> gradient = program.pass(trainable.gradient());
    return member(program.body(), trainable.weight(), gradient, new Values<>(old));
  }

  /** Which program writes a value of a weight. */
  int program(Weight<?> weight, String name) {
    return rule.of(weight.name()).program(name);
  }

  /** The same step inside a function that is handed the scalars. */
  Step inside(FunctionCall program) {
    return new Step(rule, options, scalars.passed(program));
  }
}
