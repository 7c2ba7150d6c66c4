package org.tflion.train.step;

import java.util.HashSet;
import java.util.Set;
import org.tflion.optim.AdamWConfig;
import org.tflion.optim.AdamWRule;
import org.tflion.optim.LionConfig;
import org.tflion.optim.LionRule;
import org.tflion.optim.Rule;
import org.tflion.optim.UpdateOptions;
import org.tflion.schedule.Schedule;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameter;

/**
 * How weights change from step to step.
 *
 * @param optimizer the rule and its numbers
 * @param schedule the course of the learning rate
 * @param steps length of that course
 */
public record StepConfig(OptimizerConfig optimizer, ScheduleConfig schedule, long steps) {

  /** The arithmetic of the update. */
  Rule rule() {
    Schedule rate = schedule.of(optimizer.learningRate(), steps);
    double beta1 = optimizer.beta1();
    double beta2 = optimizer.beta2();
    if (optimizer.epsilon() == null) {
      return new LionRule(
          LionConfig.of(rate).withBetas(beta1, beta2).withWeightDecay(optimizer.weightDecay()));
    }
    return new AdamWRule(
        AdamWConfig.of(rate)
            .withBetas(beta1, beta2)
            .withEpsilon(optimizer.epsilon())
            .withWeightDecay(optimizer.weightDecay()));
  }

  /** Clipping, the model's own decay mask, and compilation. */
  UpdateOptions options(Model model) {
    Set<String> decaying = new HashSet<>();
    model.parameters().stream().filter(Parameter::decays).forEach(p -> decaying.add(p.name()));
    UpdateOptions options =
        UpdateOptions.DEFAULT
            .withDecayMask((name, shape) -> decaying.contains(name))
            .withCompiled(jit().compilesUpdate());
    return optimizer.clipNorm() == 0 ? options : options.withClipNorm(optimizer.clipNorm());
  }

  Jit jit() {
    return Jit.of(optimizer.jit());
  }
}
