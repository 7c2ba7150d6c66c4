package org.tflion.train.step;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.ResidualStream;
import org.tflion.train.model.ResidualStream.Branch;
import org.tflion.train.model.ResidualStream.Part;

/**
 * A pass forward and backward that keeps the rows between the blocks of a model alone and computes
 * the inside of a block once more for its gradient, laid open so that its cost can be read.
 *
 * @param graph that it is added to
 * @param weights of the model by name
 * @param compute how layers compute
 * @param batch that goes through
 */
record RecomputedPass(
    Graph graph, Map<String, Operand<TFloat32>> weights, Compute compute, Inputs batch) {

  /**
   * Branches that are computed anew together: those of a block, or, where weights are gathered part
   * by part, each alone.
   */
  static List<List<Part<Branch<TFloat32>>>> units(ResidualStream<TFloat32> parts, boolean apart) {
    Map<String, List<Part<Branch<TFloat32>>>> units = new LinkedHashMap<>();
    for (int i = 0; i < parts.branches().size(); i++) {
      Part<Branch<TFloat32>> branch = parts.branches().get(i);
      String unit = apart ? Integer.toString(i) : Parameter.block(branch.names().get(0));
      units.computeIfAbsent(unit, name -> new ArrayList<>()).add(branch);
    }
    return List.copyOf(units.values());
  }

  /**
   * Adds the pass.
   *
   * @param units of the branches, in their order
   * @return the loss, and the gradient of every parameter
   */
  Set<Output<?>> add(ResidualStream<TFloat32> parts, List<List<Part<Branch<TFloat32>>>> units) {
    Ops tf = Ops.create(graph);
    var beginning = own(tf, parts.first().orElseThrow().names());
    Operand<TFloat32> first = parts.first().orElseThrow().inside().apply(tf, in(beginning), batch);
    List<Operand<TFloat32>> kept = new ArrayList<>(List.of(first));
    for (List<Part<Branch<TFloat32>>> unit : units) {
      kept.add(through(tf, unit, in(own(tf, names(unit))), kept.get(kept.size() - 1)));
    }
    Operand<TFloat32> rows = kept.get(units.size());
    var ending = own(tf, parts.last().names());
    var loss = parts.last().inside().apply(tf, in(ending), batch, Optional.of(rows)).mean();
    Map<String, Operand<TFloat32>> sums = new LinkedHashMap<>();
    Operand<TFloat32> by = gradients(new Made(loss, null), rows, ending, sums);
    for (int i = units.size() - 1; i >= 0; i--) {
      Ops late = tf.withControlDependencies(by);
      var again = own(late, names(units.get(i)));
      Operand<TFloat32> value = through(late, units.get(i), in(again), kept.get(i));
      by = gradients(new Made(value, by), kept.get(i), again, sums);
    }
    gradients(new Made(first, by), first, beginning, sums);
    Set<Output<?>> results = new HashSet<>(List.of(loss.asOutput()));
    sums.values().forEach(sum -> results.add(sum.asOutput()));
    return results;
  }

  /** Weights as one part sees them: of a weight that others read too, its gradient is its own. */
  private Map<String, Operand<TFloat32>> own(Ops tf, List<String> names) {
    Map<String, Operand<TFloat32>> own = new LinkedHashMap<>();
    names.forEach(
        name -> own.put(name, tf.identity(Objects.requireNonNull(weights.get(name), name))));
    return own;
  }

  private Parameters<TFloat32> in(Map<String, Operand<TFloat32>> own) {
    return new Parameters<>(own, compute);
  }

  private static List<String> names(List<Part<Branch<TFloat32>>> unit) {
    return unit.stream().flatMap(part -> part.names().stream()).toList();
  }

  private Operand<TFloat32> through(
      Ops tf,
      List<Part<Branch<TFloat32>>> unit,
      Parameters<TFloat32> parameters,
      Operand<TFloat32> rows) {
    Operand<TFloat32> through = rows;
    for (Part<Branch<TFloat32>> branch : unit) {
      // As blocks do: the gradient of Add would need what it adds.
      through =
          tf.math.addN(List.of(through, branch.inside().apply(tf, parameters, batch, through)));
    }
    return through;
  }

  /** A value whose gradients are asked for, and the gradient of the loss by it; null for one. */
  private record Made(Operand<TFloat32> value, @Nullable Operand<TFloat32> by) {

    Output<?>[] gradients(Graph graph, List<Output<?>> of) {
      Output<?>[] to = of.toArray(Output<?>[]::new);
      Output<?>[] values = {value.asOutput()};
      return by == null
          ? graph.addGradients(value.asOutput(), to)
          : graph.addGradients(
              value.asOutput().op().name() + "-gradient",
              values,
              to,
              new Output<?>[] {by.asOutput()});
    }
  }

  /** Adds the gradient by some rows, and those by a part's own weights to the sums. */
  private Operand<TFloat32> gradients(
      Made made,
      Operand<TFloat32> rows,
      Map<String, Operand<TFloat32>> own,
      Map<String, Operand<TFloat32>> sums) {
    List<Output<?>> of = new ArrayList<>(List.of(rows.asOutput()));
    own.values().forEach(weight -> of.add(weight.asOutput()));
    Output<?>[] gradients = made.gradients(graph, of);
    Ops tf = Ops.create(graph);
    int next = 1;
    for (String name : own.keySet()) {
      sums.merge(name, gradients[next++].expect(TFloat32.class), tf.math::add);
    }
    return gradients[0].expect(TFloat32.class);
  }
}
