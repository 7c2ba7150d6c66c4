package org.tflion.optim;

import java.util.function.BiFunction;
import org.tensorflow.Graph;
import org.tflion.schedule.Schedule;

/** The optimizers of the reference cases, configured by what a case says. */
final class Golden {

  private Golden() {}

  private static Schedule rates(GoldenVectors.Case golden) {
    double[] rates = golden.rates();
    long[] boundaries = new long[rates.length - 1];
    for (int i = 0; i < boundaries.length; i++) {
      boundaries[i] = i + 1L;
    }
    return Schedule.piecewise(boundaries, rates);
  }

  private static Schedule decay(GoldenVectors.Case golden) {
    return Schedule.constant(golden.has("weight_decay") ? golden.hyper("weight_decay") : 0);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> lion(GoldenVectors.Case golden) {
    LionConfig config =
        LionConfig.of(rates(golden))
            .withBetas(golden.hyper("beta1"), golden.hyper("beta2"))
            .withWeightDecay(decay(golden));
    return (graph, options) -> new Lion(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> signMomentum(GoldenVectors.Case golden) {
    LionConfig config =
        LionConfig.signMomentum(rates(golden), golden.hyper("beta")).withWeightDecay(decay(golden));
    return (graph, options) -> new Lion(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> signum(GoldenVectors.Case golden) {
    SignumConfig config =
        SignumConfig.of(rates(golden))
            .withBeta(golden.hyper("beta"))
            .withWeightDecay(decay(golden));
    return (graph, options) -> new Signum(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> sgdMomentum(GoldenVectors.Case golden) {
    SgdMomentumConfig config =
        SgdMomentumConfig.of(rates(golden))
            .withMomentum(golden.hyper("momentum"))
            .withWeightDecay(decay(golden));
    return (graph, options) -> new SgdMomentum(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> powerSign(GoldenVectors.Case golden) {
    PowerSignConfig config = PowerSignConfig.of(rates(golden)).withBeta(golden.hyper("beta"));
    return (graph, options) -> new PowerSign(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> addSign(GoldenVectors.Case golden) {
    AddSignConfig config = AddSignConfig.of(rates(golden)).withBeta(golden.hyper("beta"));
    return (graph, options) -> new AddSign(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> adamW(GoldenVectors.Case golden) {
    AdamWConfig config =
        AdamWConfig.of(rates(golden))
            .withBetas(golden.hyper("beta1"), golden.hyper("beta2"))
            .withEpsilon(golden.hyper("eps"))
            .withWeightDecay(decay(golden));
    return (graph, options) -> new AdamW(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> nAdam(GoldenVectors.Case golden) {
    NAdamConfig config =
        NAdamConfig.of(rates(golden))
            .withBetas(golden.hyper("beta1"), golden.hyper("beta2"))
            .withEpsilon(golden.hyper("eps"))
            .withWeightDecay(decay(golden));
    return (graph, options) -> new NAdam(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> rAdam(GoldenVectors.Case golden) {
    RAdamConfig config =
        RAdamConfig.of(rates(golden))
            .withBetas(golden.hyper("beta1"), golden.hyper("beta2"))
            .withEpsilon(golden.hyper("eps"))
            .withWeightDecay(decay(golden));
    return (graph, options) -> new RAdam(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> adaBelief(GoldenVectors.Case golden) {
    AdaBeliefConfig config =
        AdaBeliefConfig.of(rates(golden))
            .withBetas(golden.hyper("beta1"), golden.hyper("beta2"))
            .withEpsilon(golden.hyper("eps"))
            .withEpsilonRoot(golden.hyper("eps_root"))
            .withWeightDecay(decay(golden));
    return (graph, options) -> new AdaBelief(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> amsGrad(GoldenVectors.Case golden) {
    AmsGradConfig config =
        AmsGradConfig.of(rates(golden))
            .withBetas(golden.hyper("beta1"), golden.hyper("beta2"))
            .withEpsilon(golden.hyper("eps"))
            .withWeightDecay(decay(golden));
    return (graph, options) -> new AmsGrad(graph, config, options);
  }

  static BiFunction<Graph, UpdateOptions, RuleOptimizer> adafactor(GoldenVectors.Case golden) {
    AdafactorConfig config =
        variant(golden)
            .withSmallestFactored((long) golden.hyper("min_dim_size_to_factor"))
            .withClip(
                golden.has("clipping_threshold")
                    ? golden.hyper("clipping_threshold")
                    : Double.POSITIVE_INFINITY)
            .withScaled(golden.flag("multiply_by_parameter_scale"));
    return (graph, options) -> new Adafactor(graph, config, options);
  }

  private static AdafactorConfig variant(GoldenVectors.Case golden) {
    if (golden.has("relative_step")) {
      return AdafactorConfig.shazeer();
    }
    if (golden.has("beta1")) {
      return AdafactorConfig.bert4keras(rates(golden)).withMomentum(golden.hyper("beta1"));
    }
    AdafactorConfig config = AdafactorConfig.optax(rates(golden));
    return golden.has("momentum")
        ? config
            .withMomentum(golden.hyper("momentum"))
            .withWeightDecay(Schedule.constant(golden.hyper("weight_decay_rate")))
        : config;
  }
}
