package org.tflion.cli.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tflion.optim.AdaBeliefConfig;
import org.tflion.optim.AdaBeliefRule;
import org.tflion.optim.AdafactorConfig;
import org.tflion.optim.AdafactorRule;
import org.tflion.optim.AdamWConfig;
import org.tflion.optim.AdamWRule;
import org.tflion.optim.AddSignConfig;
import org.tflion.optim.AddSignRule;
import org.tflion.optim.AmsGradConfig;
import org.tflion.optim.AmsGradRule;
import org.tflion.optim.LionConfig;
import org.tflion.optim.LionRule;
import org.tflion.optim.NAdamConfig;
import org.tflion.optim.NAdamRule;
import org.tflion.optim.PowerSignConfig;
import org.tflion.optim.PowerSignRule;
import org.tflion.optim.RAdamConfig;
import org.tflion.optim.RAdamRule;
import org.tflion.optim.Rule;
import org.tflion.optim.SgdMomentumConfig;
import org.tflion.optim.SgdMomentumRule;
import org.tflion.optim.SignumConfig;
import org.tflion.optim.SignumRule;
import org.tflion.optim.Storage;
import org.tflion.schedule.Schedule;

/**
 * The optimizer that a case is about.
 *
 * @param rule set up as the case says
 * @param slots what the case calls each of the rule's slots; slots that it leaves out are not
 *     compared
 */
record Subject(Rule rule, Map<String, String> slots) {

  private static final Map<String, String> MOMENTUM = Map.of("momentum", "m");
  private static final Map<String, String> MOMENTS =
      Map.of("first_moment", "m", "second_moment", "v");
  private static final Map<String, String> FACTORED =
      Map.of("row", "v_row", "column", "v_col", "second_moment", "v", "momentum", "m");

  /** Optimizers by the beginning of the names of their cases. */
  private static final Map<String, Function<VectorCase, Subject>> KNOWN = known();

  /** The optimizer of a case, if its name begins with that of one. */
  static Optional<Subject> of(VectorCase vectors) {
    return KNOWN.entrySet().stream()
        .filter(entry -> vectors.name().matches(entry.getKey() + "(_.*|\\d.*)?"))
        .map(entry -> entry.getValue().apply(vectors))
        .findFirst();
  }

  private static Map<String, Function<VectorCase, Subject>> known() {
    Map<String, Function<VectorCase, Subject>> known = new HashMap<>();
    known.put("lion_(dense|weight_decay|lm)", v -> new Subject(new LionRule(lion(v)), MOMENTUM));
    known.put(
        "lion_bf16_f32math",
        v -> new Subject(new LionRule(lion(v).withMomentum(Storage.BFLOAT16)), MOMENTUM));
    known.put("signum", v -> new Subject(new SignumRule(signum(v)), MOMENTUM));
    known.put("ablation", v -> new Subject(new SignumRule(signum(v)), MOMENTUM));
    known.put("sgd_momentum", v -> new Subject(sgd(v), Map.of("momentum", "trace")));
    known.put(
        "powersign",
        v ->
            new Subject(
                new PowerSignRule(PowerSignConfig.of(rates(v)).withBeta(v.hyper("beta"))),
                MOMENTUM));
    known.put(
        "addsign",
        v ->
            new Subject(
                new AddSignRule(AddSignConfig.of(rates(v)).withBeta(v.hyper("beta"))), MOMENTUM));
    known.put("adamw", v -> new Subject(adamW(v), MOMENTS));
    known.put("nadam", v -> new Subject(nAdam(v), MOMENTS));
    known.put("radam", v -> new Subject(rAdam(v), MOMENTS));
    known.put("adabelief", v -> new Subject(adaBelief(v), MOMENTS));
    known.put("amsgrad", v -> new Subject(amsGrad(v), MOMENTS));
    known.put("adafactor", v -> new Subject(new AdafactorRule(adafactor(v)), FACTORED));
    return known;
  }

  private static Schedule rates(VectorCase v) {
    double[] rates = v.rates();
    long[] boundaries = new long[rates.length - 1];
    for (int i = 0; i < boundaries.length; i++) {
      boundaries[i] = i + 1L;
    }
    return Schedule.piecewise(boundaries, rates);
  }

  private static Schedule decay(VectorCase v) {
    return Schedule.constant(v.has("weight_decay") ? v.hyper("weight_decay") : 0);
  }

  private static LionConfig lion(VectorCase v) {
    return LionConfig.of(rates(v))
        .withBetas(v.hyper("beta1"), v.hyper("beta2"))
        .withWeightDecay(decay(v));
  }

  private static SignumConfig signum(VectorCase v) {
    return SignumConfig.of(rates(v)).withBeta(v.hyper("beta")).withWeightDecay(decay(v));
  }

  private static Rule sgd(VectorCase v) {
    return new SgdMomentumRule(
        SgdMomentumConfig.of(rates(v)).withMomentum(v.hyper("momentum")).withWeightDecay(decay(v)));
  }

  private static Rule adamW(VectorCase v) {
    return new AdamWRule(
        AdamWConfig.of(rates(v))
            .withBetas(v.hyper("beta1"), v.hyper("beta2"))
            .withEpsilon(v.hyper("eps"))
            .withWeightDecay(decay(v)));
  }

  private static Rule nAdam(VectorCase v) {
    return new NAdamRule(
        NAdamConfig.of(rates(v))
            .withBetas(v.hyper("beta1"), v.hyper("beta2"))
            .withEpsilon(v.hyper("eps"))
            .withWeightDecay(decay(v)));
  }

  private static Rule rAdam(VectorCase v) {
    return new RAdamRule(
        RAdamConfig.of(rates(v))
            .withBetas(v.hyper("beta1"), v.hyper("beta2"))
            .withEpsilon(v.hyper("eps"))
            .withWeightDecay(decay(v)));
  }

  private static Rule adaBelief(VectorCase v) {
    return new AdaBeliefRule(
        AdaBeliefConfig.of(rates(v))
            .withBetas(v.hyper("beta1"), v.hyper("beta2"))
            .withEpsilon(v.hyper("eps"))
            .withEpsilonRoot(v.hyper("eps_root"))
            .withWeightDecay(decay(v)));
  }

  private static Rule amsGrad(VectorCase v) {
    return new AmsGradRule(
        AmsGradConfig.of(rates(v))
            .withBetas(v.hyper("beta1"), v.hyper("beta2"))
            .withEpsilon(v.hyper("eps"))
            .withWeightDecay(decay(v)));
  }

  private static AdafactorConfig adafactor(VectorCase v) {
    return variant(v)
        .withSmallestFactored((long) v.hyper("min_dim_size_to_factor"))
        .withClip(
            v.has("clipping_threshold") ? v.hyper("clipping_threshold") : Double.POSITIVE_INFINITY)
        .withScaled(v.flag("multiply_by_parameter_scale"));
  }

  private static AdafactorConfig variant(VectorCase v) {
    if (v.flag("relative_step")) {
      return AdafactorConfig.shazeer();
    }
    if (v.has("beta1")) {
      return AdafactorConfig.bert4keras(rates(v)).withMomentum(v.hyper("beta1"));
    }
    AdafactorConfig config = AdafactorConfig.optax(rates(v));
    return v.has("momentum")
        ? config
            .withMomentum(v.hyper("momentum"))
            .withWeightDecay(Schedule.constant(v.hyper("weight_decay_rate")))
        : config;
  }
}
