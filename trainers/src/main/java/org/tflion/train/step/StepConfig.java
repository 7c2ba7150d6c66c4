package org.tflion.train.step;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tflion.Require;
import org.tflion.optim.AveragedRule;
import org.tflion.optim.GroupedRule;
import org.tflion.optim.GroupedRule.Group;
import org.tflion.optim.Rule;
import org.tflion.optim.UpdateOptions;
import org.tflion.train.data.BatchShape;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameter;

/**
 * How weights change from step to step.
 *
 * @param optimizer the rule and its numbers
 * @param schedule the course of the learning rate
 * @param steps length of that course
 * @param parts in how many passes a batch goes through the model; 1 or more
 * @param halved whether matrix products are of bfloat16
 * @param recomputed whether blocks of the model are computed anew for the gradient
 * @param replicas passes beside each other, each with its share of the rows; 0 where a step may
 *     choose
 */
public record StepConfig(
    OptimizerConfig optimizer,
    ScheduleConfig schedule,
    long steps,
    int parts,
    boolean halved,
    boolean recomputed,
    int replicas) {

  /**
   * Checks the numbers of passes.
   *
   * @throws IllegalArgumentException if one is below what it may be
   */
  public StepConfig {
    Require.that(parts > 0, "StepConfig: parts must be 1 or more", parts);
    Require.that(replicas >= 0, "StepConfig: replicas must be 0 (choose) or more", replicas);
    Require.that(
        !halved || !Jit.of(optimizer.jit()).compilesStep(),
        "optimizer.jit must not be step with train.precision bfloat16",
        optimizer.jit());
  }

  /** In float32, keeping what gradients need, one pass at a time. */
  public StepConfig(OptimizerConfig optimizer, ScheduleConfig schedule, long steps, int parts) {
    this(optimizer, schedule, steps, parts, false, false, 1);
  }

  /** The arithmetic of the update, averages of the weights included. */
  public Rule rule(Model model) {
    Rule moves = optimizer.groups().isEmpty() ? rule(optimizer.main()) : grouped(model);
    return keepsAverage() ? new AveragedRule(moves, optimizer.average()) : moves;
  }

  /** The groups, and one more for all other weights if there are any. */
  private Rule grouped(Model model) {
    RuleConfig main = optimizer.main();
    List<Group> groups = new ArrayList<>();
    for (GroupConfig group : optimizer.groups()) {
      groups.add(
          group.isFrozen()
              ? Group.frozen(group.pattern())
              : Group.of(group.pattern(), rule(group.over(main))));
    }
    List<String> names = model.parameters().stream().map(Parameter::name).toList();
    if (!names.stream().allMatch(name -> groups.stream().anyMatch(g -> g.matches(name)))) {
      groups.add(Group.of("", rule(main)));
    }
    GroupedRule rule = new GroupedRule(main.name(), groups);
    rule.check(names);
    return rule;
  }

  private Rule rule(RuleConfig config) {
    return config.rule(schedule.of(config.learningRate(), steps));
  }

  boolean keepsAverage() {
    return optimizer.average() > 0;
  }

  /** Clipping, the model's own decay mask, the guard, and compilation. */
  public UpdateOptions options(Model model) {
    Set<String> decaying = new HashSet<>();
    model.parameters().stream().filter(Parameter::decays).forEach(p -> decaying.add(p.name()));
    UpdateOptions options =
        UpdateOptions.DEFAULT
            .withDecayMask((name, shape) -> decaying.contains(name))
            .withGuarded(true)
            .withCompiled(jit().compilesUpdate());
    return optimizer.clipNorm() == 0 ? options : options.withClipNorm(optimizer.clipNorm());
  }

  /** The same without XLA, for whoever compiles the whole, and chooses nothing by this machine. */
  StepConfig uncompiled() {
    return new StepConfig(
        optimizer.withJit("off"),
        schedule,
        steps,
        parts,
        halved,
        recomputed,
        Math.max(replicas, 1));
  }

  /**
   * Passes beside each other, as said or as chosen.
   *
   * @throws IllegalArgumentException if they cannot have equally many rows of a part of a batch
   */
  Replicas replicas(Model model, BatchShape part) {
    if (replicas == 0) {
      return compilesStep() ? Replicas.ONE : Replicas.fitting(model, part);
    }
    Require.that(
        part.rows() % replicas == 0,
        "StepConfig: replicas must be a divisor of the rows of a part, " + part.rows(),
        replicas);
    return new Replicas(replicas);
  }

  /** How the model's layers compute. */
  public Compute compute() {
    return new Compute(jit().compilesBlocks(), halved, recomputed);
  }

  /** Whether XLA compiles the passes through the model too. */
  public boolean compilesStep() {
    return jit().compilesStep();
  }

  Jit jit() {
    return Jit.of(optimizer.jit());
  }
}
