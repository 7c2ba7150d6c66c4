package org.tflion.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
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
import org.tflion.schedule.Schedule;

/** Every optimizer by the name that commands know it by, with weight decay where it has one. */
public final class Optimizers {

  private static final Schedule RATE = Schedule.constant(1e-4);
  private static final Schedule DECAY = Schedule.constant(0.1);

  private Optimizers() {}

  /** A rule for each name. */
  public static Map<String, Rule> all() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    rules.put("lion", new LionRule(LionConfig.of(RATE).withWeightDecay(DECAY)));
    rules.put("adamw", new AdamWRule(AdamWConfig.of(RATE).withWeightDecay(DECAY)));
    rules.put("adafactor", new AdafactorRule(AdafactorConfig.optax(RATE)));
    rules.put("signum", new SignumRule(SignumConfig.of(RATE).withWeightDecay(DECAY)));
    rules.put("sgd_momentum", new SgdMomentumRule(SgdMomentumConfig.of(RATE)));
    rules.put("radam", new RAdamRule(RAdamConfig.of(RATE).withWeightDecay(DECAY)));
    rules.put("nadam", new NAdamRule(NAdamConfig.of(RATE).withWeightDecay(DECAY)));
    rules.put("adabelief", new AdaBeliefRule(AdaBeliefConfig.of(RATE).withWeightDecay(DECAY)));
    rules.put("amsgrad", new AmsGradRule(AmsGradConfig.of(RATE).withWeightDecay(DECAY)));
    rules.put("powersign", new PowerSignRule(PowerSignConfig.of(RATE)));
    rules.put("addsign", new AddSignRule(AddSignConfig.of(RATE)));
    return rules;
  }
}
