package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Objective.Mean;
import org.tflion.train.model.ResidualStream;
import org.tflion.train.model.ResidualStream.Part;
import org.tflion.train.shard.PartArguments.Arguments;
import org.tflion.xla.DefinedFunction;

/**
 * The way of all devices through a model to its loss and metrics, one part after the other.
 *
 * @param each operations of each device
 * @param grid who shares the branches with whom
 * @param batches of each device, without noise
 * @param weights where they come from
 */
record EvaluationPass(
    List<Ops> each,
    Grid grid,
    List<Inputs> batches,
    ResidualStream<TFloat32> parts,
    WholeWeights weights) {

  /** Adds the passes; what the first peer of each group makes of its rows. */
  List<Objective<TFloat32>> add(PassStyle style) {
    List<Optional<Operand<TFloat32>>> rows = Collections.nCopies(each.size(), Optional.empty());
    if (parts.first().isPresent()) {
      var first = parts.first().get();
      rows =
          rows(
              onEach(
                  style,
                  first,
                  rows,
                  (tf, in) -> List.of(first.inside().apply(tf, in.weights(), in.batch()))));
    }
    for (var branch : parts.branches()) {
      List<List<Output<?>>> made =
          onEach(
              style,
              branch,
              rows,
              (tf, in) ->
                  List.of(
                      branch
                          .inside()
                          .apply(tf, in.weights(), in.batch(), in.rows().orElseThrow())));
      rows = added(rows, made);
    }
    return objectives(style, rows);
  }

  private List<Objective<TFloat32>> objectives(
      PassStyle style, List<Optional<Operand<TFloat32>>> rows) {
    var last = parts.last();
    List<String> metrics = new ArrayList<>();
    List<List<Output<?>>> made =
        onEach(
            style,
            last,
            rows,
            (tf, in) -> {
              Objective<TFloat32> inside =
                  last.inside().apply(tf, in.weights(), in.batch(), in.rows());
              metrics.addAll(inside.metrics().keySet());
              List<Operand<?>> results = new ArrayList<>();
              results.add(inside.mean());
              results.add(inside.count());
              for (Mean<TFloat32> mean : inside.metrics().values()) {
                results.add(mean.value());
                results.add(mean.count());
              }
              return results;
            });
    return grid.ofFirstPeers(made).stream().map(own -> objective(own, metrics)).toList();
  }

  private static Objective<TFloat32> objective(List<Output<?>> results, List<String> metrics) {
    Map<String, Mean<TFloat32>> means = new LinkedHashMap<>();
    for (int i = 0; i < metrics.size(); i++) {
      means.put(metrics.get(i), mean(results, i + 1));
    }
    return new Objective<>(mean(results, 0), means);
  }

  private static Mean<TFloat32> mean(List<Output<?>> results, int index) {
    return new Mean<>(
        results.get(2 * index).expect(TFloat32.class),
        results.get(2 * index + 1).expect(TFloat32.class));
  }

  private List<Optional<Operand<TFloat32>>> rows(List<List<Output<?>>> made) {
    return used(made.stream().<Operand<TFloat32>>map(EvaluationPass::only).toList());
  }

  private static Operand<TFloat32> only(List<Output<?>> made) {
    return made.get(0).expect(TFloat32.class);
  }

  private List<Optional<Operand<TFloat32>>> added(
      List<Optional<Operand<TFloat32>>> before, List<List<Output<?>>> made) {
    List<Operand<TFloat32>> own =
        made.stream().<Operand<TFloat32>>map(EvaluationPass::only).toList();
    List<Operand<TFloat32>> added = grid.overPeers(each, own);
    List<Operand<TFloat32>> rows = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      rows.add(each.get(k).math.add(before.get(k).orElseThrow(), added.get(k)));
    }
    return used(rows);
  }

  private List<Optional<Operand<TFloat32>>> used(List<Operand<TFloat32>> rows) {
    weights.used(rows);
    return rows.stream().map(Optional::of).toList();
  }

  /** Writes the inside of a part. */
  @FunctionalInterface
  private interface Inside {

    List<? extends Operand<?>> write(Ops tf, PartArguments in);
  }

  /** Adds a part on each device; its function is written once. */
  private List<List<Output<?>>> onEach(
      PassStyle style, Part<?> part, List<Optional<Operand<TFloat32>>> rows, Inside inside) {
    List<String> names = part.names();
    List<Map<String, Operand<TFloat32>>> values = weights.next(names, part.shares());
    List<Arguments> calls = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      calls.add(new Arguments(each.get(k), values.get(k), batches.get(k), rows.get(k)));
    }
    Arguments like = calls.get(0);
    try (DefinedFunction function =
        DefinedFunction.create(
            "evaluated-part",
            style.compiled(),
            like.all(names),
            (tf, in) -> inside.write(tf, like.inside(names, style.compute(), in)))) {
      return calls.stream().map(in -> function.results(in.tf(), in.all(names))).toList();
    }
  }
}
