package org.tflion.train.plan;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tflion.train.step.ParameterState;
import org.tflion.train.step.PassCost;

/**
 * A workload on the devices of a mesh. What a pass takes is read from a graph, which is built once
 * for every number of rows, however often it is asked for and whatever the optimizer.
 */
public final class Spread {

  private final Workload work;
  private final Layout layout;
  private final List<ParameterState> states;
  private final Map<Integer, PassCost> passes;

  public Spread(Workload work, Layout layout) {
    this(work, layout, new HashMap<>());
  }

  private Spread(Workload work, Layout layout, Map<Integer, PassCost> passes) {
    this.work = work;
    this.layout = layout;
    this.states = ParameterState.of(work.model(), work.step());
    this.passes = passes;
  }

  /**
   * The same passes under another optimizer.
   *
   * @param other a workload of the same model and the same features
   */
  public Spread under(Workload other) {
    return new Spread(other, layout, passes);
  }

  Workload work() {
    return work;
  }

  Layout layout() {
    return layout;
  }

  /** What a step keeps of every parameter. */
  List<ParameterState> states() {
    return states;
  }

  /** Bytes of the parameters of each block, before any axis but {@code tensor} divides them. */
  Collection<Double> blocks() {
    Map<String, Double> blocks = new LinkedHashMap<>();
    for (ParameterState state : states) {
      blocks.merge(
          block(state.parameter().name()),
          (double) state.bytes() / layout.cuts(state.parameter()),
          Double::sum);
    }
    return blocks.values();
  }

  /** Parameters of one block have the beginning of their names in common, up to its number. */
  private static String block(String name) {
    return name.replaceFirst("^(.*?\\.\\d+)\\..*$", "$1");
  }

  /** What one pass of so many rows takes of each device. */
  public PassCost pass(int rows) {
    return passes.computeIfAbsent(
        rows,
        key ->
            PassCost.of(
                work.model(),
                work.rows(key),
                new PassCost.Division(layout.fsdp(), layout.tensor()),
                work.step().compute()));
  }
}
