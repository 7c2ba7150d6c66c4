package org.tflion.train;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.train.step.GroupConfig;
import org.tflion.train.step.OptimizerConfig;

/** Configs of tests that say no more than the test is about. */
public final class Configs {

  private Configs() {}

  /** An optimizer without groups and averages. */
  public record Plain(
      String name,
      double rate,
      @Nullable Double beta1,
      @Nullable Double beta2,
      @Nullable Double epsilon,
      double decay,
      double clip,
      String jit) {

    /** The config of it. */
    public OptimizerConfig config() {
      return new OptimizerConfig(
          name, rate, beta1, beta2, epsilon, decay, null, null, null, null, null, List.of(), clip,
          0, jit);
    }
  }

  /** Any optimizer with its own defaults. */
  public static OptimizerConfig optimizer(String name, double rate, double decay, String jit) {
    return new OptimizerConfig(
        name, rate, null, null, null, decay, null, null, null, null, null, List.of(), 0, 0, jit);
  }

  /** The same, with a moving average of the weights. */
  public static OptimizerConfig averaged(OptimizerConfig c, double average) {
    return with(c, c.groups(), average, c.storage());
  }

  /** The same, with groups of weights. */
  public static OptimizerConfig grouped(OptimizerConfig c, GroupConfig... groups) {
    return with(c, List.of(groups), c.average(), c.storage());
  }

  /** The same, with the momentum stored in another way. */
  public static OptimizerConfig stored(OptimizerConfig c, String storage) {
    return with(c, c.groups(), c.average(), storage);
  }

  private static OptimizerConfig with(
      OptimizerConfig c, List<GroupConfig> groups, double average, @Nullable String storage) {
    return new OptimizerConfig(
        c.name(),
        c.learningRate(),
        c.beta1(),
        c.beta2(),
        c.epsilon(),
        c.weightDecay(),
        c.direction(),
        c.cautious(),
        storage,
        c.variant(),
        c.program(),
        groups,
        c.clipNorm(),
        average,
        c.jit());
  }
}
