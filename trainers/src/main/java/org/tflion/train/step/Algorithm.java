package org.tflion.train.step;

import static org.tflion.train.step.RuleConfig.or;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.BiFunction;
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
import org.tflion.optim.LionDirection;
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
 * An optimizer that a config can name.
 *
 * @param name what the config says
 * @param keys of the config that it has, besides learning rate and decay
 * @param factory makes its arithmetic
 */
record Algorithm(String name, List<String> keys, BiFunction<RuleConfig, Schedule, Rule> factory) {

  /** The better of the paper's two ablations (Chen et al., 2023, section 4.6). */
  private static final double SIGN_MOMENTUM_BETA = 0.9;

  private static final List<String> ADAM = List.of("beta1", "beta2", "epsilon");
  private static final List<String> ONE_BETA = List.of("beta1");

  private static final List<Algorithm> ALL =
      List.of(
          new Algorithm(
              "lion",
              List.of("beta1", "beta2", "direction", "cautious", "storage"),
              Algorithm::lion),
          new Algorithm("sign_momentum", ONE_BETA, Algorithm::signMomentum),
          new Algorithm("adamw", ADAM, Algorithm::adamW),
          new Algorithm("adafactor", List.of("beta1", "variant"), Algorithm::adafactor),
          new Algorithm("signum", ONE_BETA, Algorithm::signum),
          new Algorithm("sgd_momentum", ONE_BETA, Algorithm::sgdMomentum),
          new Algorithm("radam", ADAM, Algorithm::rAdam),
          new Algorithm("nadam", ADAM, Algorithm::nAdam),
          new Algorithm("adabelief", ADAM, Algorithm::adaBelief),
          new Algorithm("amsgrad", ADAM, Algorithm::amsGrad),
          new Algorithm("powersign", ONE_BETA, Algorithm::powerSign),
          new Algorithm("addsign", ONE_BETA, Algorithm::addSign),
          new Algorithm("program", List.of("program"), Algorithm::program));

  /** The optimizer of a name, one of {@link #names}. */
  static Algorithm of(String name) {
    return ALL.stream().filter(each -> each.name.equals(name)).findFirst().orElseThrow();
  }

  /** The names that a config may use. */
  static List<String> names() {
    return ALL.stream().map(Algorithm::name).toList();
  }

  Rule rule(RuleConfig config, Schedule rate) {
    return factory.apply(config, rate);
  }

  private static Rule lion(RuleConfig c, Schedule rate) {
    LionConfig made = LionConfig.of(rate).withWeightDecay(c.weightDecay());
    return new LionRule(
        made.withBetas(or(c.beta1(), made.beta1()), or(c.beta2(), made.beta2()))
            .withDirection(
                LionDirection.valueOf(or(c.direction(), "sign").toUpperCase(Locale.ROOT)))
            .withCautious(or(c.cautious(), false))
            .withMomentum(Storage.valueOf(or(c.storage(), "exact").toUpperCase(Locale.ROOT))));
  }

  private static Rule signMomentum(RuleConfig c, Schedule rate) {
    return new LionRule(
        LionConfig.signMomentum(rate, or(c.beta1(), SIGN_MOMENTUM_BETA))
            .withWeightDecay(c.weightDecay()));
  }

  private static Rule adamW(RuleConfig c, Schedule rate) {
    AdamWConfig made = AdamWConfig.of(rate).withWeightDecay(c.weightDecay());
    return new AdamWRule(
        made.withBetas(or(c.beta1(), made.beta1()), or(c.beta2(), made.beta2()))
            .withEpsilon(or(c.epsilon(), made.epsilon())));
  }

  private static Rule adafactor(RuleConfig c, Schedule rate) {
    AdafactorConfig made =
        switch (or(c.variant(), "optax")) {
          case "t5x" -> AdafactorConfig.t5x().withLearningRate(rate);
          case "shazeer" -> AdafactorConfig.shazeer().withLearningRate(rate);
          case "bert4keras" -> AdafactorConfig.bert4keras(rate);
          default -> AdafactorConfig.optax(rate);
        };
    return new AdafactorRule(
        made.withMomentum(or(c.beta1(), made.momentum()))
            .withWeightDecay(Schedule.constant(c.weightDecay())));
  }

  private static Rule signum(RuleConfig c, Schedule rate) {
    SignumConfig made = SignumConfig.of(rate).withWeightDecay(c.weightDecay());
    return new SignumRule(made.withBeta(or(c.beta1(), made.beta())));
  }

  private static Rule sgdMomentum(RuleConfig c, Schedule rate) {
    SgdMomentumConfig made = SgdMomentumConfig.of(rate).withWeightDecay(c.weightDecay());
    return new SgdMomentumRule(made.withMomentum(or(c.beta1(), made.momentum())));
  }

  private static Rule rAdam(RuleConfig c, Schedule rate) {
    RAdamConfig made = RAdamConfig.of(rate).withWeightDecay(c.weightDecay());
    return new RAdamRule(
        made.withBetas(or(c.beta1(), made.beta1()), or(c.beta2(), made.beta2()))
            .withEpsilon(or(c.epsilon(), made.epsilon())));
  }

  private static Rule nAdam(RuleConfig c, Schedule rate) {
    NAdamConfig made = NAdamConfig.of(rate).withWeightDecay(c.weightDecay());
    return new NAdamRule(
        made.withBetas(or(c.beta1(), made.beta1()), or(c.beta2(), made.beta2()))
            .withEpsilon(or(c.epsilon(), made.epsilon())));
  }

  private static Rule adaBelief(RuleConfig c, Schedule rate) {
    AdaBeliefConfig made = AdaBeliefConfig.of(rate).withWeightDecay(c.weightDecay());
    return new AdaBeliefRule(
        made.withBetas(or(c.beta1(), made.beta1()), or(c.beta2(), made.beta2()))
            .withEpsilon(or(c.epsilon(), made.epsilon())));
  }

  private static Rule amsGrad(RuleConfig c, Schedule rate) {
    AmsGradConfig made = AmsGradConfig.of(rate).withWeightDecay(c.weightDecay());
    return new AmsGradRule(
        made.withBetas(or(c.beta1(), made.beta1()), or(c.beta2(), made.beta2()))
            .withEpsilon(or(c.epsilon(), made.epsilon())));
  }

  private static Rule powerSign(RuleConfig c, Schedule rate) {
    PowerSignConfig made = PowerSignConfig.of(rate).withWeightDecay(c.weightDecay());
    return new PowerSignRule(made.withBeta(or(c.beta1(), made.beta())));
  }

  private static Rule addSign(RuleConfig c, Schedule rate) {
    AddSignConfig made = AddSignConfig.of(rate).withWeightDecay(c.weightDecay());
    return new AddSignRule(made.withBeta(or(c.beta1(), made.beta())));
  }

  /** Who reads programs is not this module's business. */
  private static Rule program(RuleConfig c, Schedule rate) {
    Path file = Path.of(Objects.requireNonNull(c.program(), "checked by the config"));
    ProgramReader reader =
        ServiceLoader.load(ProgramReader.class)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "optimizer.program must have a reader of programs on the class path,"
                            + " such as tflion's (got "
                            + file
                            + ")"));
    return reader.read(file, rate, c.weightDecay());
  }
}
