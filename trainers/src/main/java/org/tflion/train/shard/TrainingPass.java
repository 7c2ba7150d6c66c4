package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.ResidualStream;
import org.tflion.train.model.ResidualStream.Part;
import org.tflion.train.shard.PartArguments.Arguments;
import org.tflion.train.shard.PartFunctions.Ending;
import org.tflion.train.shard.PartFunctions.Slopes;
import org.tflion.xla.FunctionPair.Made;

/**
 * The way of all devices through a model and back, one part after the other:
 *
 * <pre>{@code
 * weights of the part -> rows                                   for every part
 * weights of the part -> gradients -> sums at the owners        for every part, backwards
 * }</pre>
 *
 * @param each operations of each device
 * @param grid who shares the branches with whom
 * @param batches of each device, the same for peers
 * @param weights where they come from
 * @param reduction where gradients go
 */
record TrainingPass(
    List<Ops> each,
    Grid grid,
    List<Inputs> batches,
    ResidualStream<TFloat32> parts,
    WholeWeights weights,
    Reduction reduction) {

  /** What a part read and made on each device. */
  private record Done(Part<?> part, List<Optional<Operand<TFloat32>>> rows, List<Made> made) {}

  /** Adds the passes of all devices. */
  PieceGradients add(PassStyle style) {
    try (PartFunctions functions = new PartFunctions(parts, style)) {
      List<Done> done = new ArrayList<>();
      List<Optional<Operand<TFloat32>>> rows = forward(functions, done);
      List<Ending> endings = onEach(parts.last(), rows, functions::last);
      reduction.addOnce(endings.stream().map(ending -> ending.slopes().weights()).toList());
      if (!done.isEmpty()) {
        backward(functions, done, byRows(endings.stream().map(Ending::slopes).toList()));
      }
      Ops first = each.get(0);
      return new PieceGradients(
          first.math.addN(grid.ofFirstPeers(endings).stream().map(Ending::loss).toList()),
          first.math.addN(grid.ofFirstPeers(endings).stream().map(Ending::count).toList()),
          reduction.sums());
    }
  }

  /** Adds something that reads weights on each device. */
  private <R> List<R> onEach(
      Part<?> part, List<Optional<Operand<TFloat32>>> rows, Function<Arguments, R> something) {
    List<Map<String, Operand<TFloat32>>> values = weights.next(part.names(), part.shares());
    List<R> made = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      made.add(
          something.apply(new Arguments(each.get(k), values.get(k), batches.get(k), rows.get(k))));
    }
    return made;
  }

  private List<Optional<Operand<TFloat32>>> forward(PartFunctions functions, List<Done> done) {
    List<Optional<Operand<TFloat32>>> rows = Collections.nCopies(each.size(), Optional.empty());
    if (parts.first().isPresent()) {
      Part<?> first = parts.first().get();
      List<Made> made = onEach(first, rows, functions::first);
      done.add(new Done(first, rows, made));
      rows = sums(rows, made);
    }
    for (int i = 0; i < parts.branches().size(); i++) {
      int index = i;
      Part<?> branch = parts.branches().get(i);
      List<Made> made = onEach(branch, rows, in -> functions.branch(index, in));
      done.add(new Done(branch, rows, made));
      rows = sums(rows, made);
    }
    return rows;
  }

  private List<Optional<Operand<TFloat32>>> sums(
      List<Optional<Operand<TFloat32>>> rows, List<Made> made) {
    List<Operand<TFloat32>> own = new ArrayList<>();
    made.forEach(one -> own.add(one.result().expect(TFloat32.class)));
    List<Operand<TFloat32>> sums = new ArrayList<>();
    if (rows.get(0).isEmpty()) {
      sums.addAll(own);
    } else {
      List<Operand<TFloat32>> added = grid.overPeers(each, own);
      for (int k = 0; k < each.size(); k++) {
        sums.add(each.get(k).math.add(rows.get(k).orElseThrow(), added.get(k)));
      }
    }
    weights.used(sums);
    return sums.stream().map(Optional::of).toList();
  }

  private List<Operand<TFloat32>> byRows(List<Slopes> slopes) {
    List<Operand<TFloat32>> by = new ArrayList<>();
    slopes.forEach(own -> by.add(Objects.requireNonNull(own.rows())));
    weights.used(by);
    return by;
  }

  private void backward(PartFunctions functions, List<Done> done, List<Operand<TFloat32>> last) {
    List<Operand<TFloat32>> by = last;
    for (int i = done.size() - 1; i >= 0; i--) {
      Done part = done.get(i);
      List<Slopes> slopes = slopes(functions, part, by);
      List<Map<String, Output<TFloat32>>> made = slopes.stream().map(Slopes::weights).toList();
      if (slopes.get(0).rows() == null) {
        reduction.addOnce(made);
      } else {
        reduction.add(part.part().shares(), made);
        by = further(by, slopes);
        weights.used(by);
      }
    }
  }

  /** Gradients by the rows before a branch, which also went on beside it. */
  private List<Operand<TFloat32>> further(List<Operand<TFloat32>> by, List<Slopes> slopes) {
    List<Operand<TFloat32>> own = new ArrayList<>();
    slopes.forEach(one -> own.add(Objects.requireNonNull(one.rows())));
    List<Operand<TFloat32>> through = grid.overPeers(each, own);
    List<Operand<TFloat32>> further = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      further.add(each.get(k).math.add(by.get(k), through.get(k)));
    }
    return further;
  }

  private List<Slopes> slopes(PartFunctions functions, Done done, List<Operand<TFloat32>> by) {
    List<Map<String, Operand<TFloat32>>> values =
        weights.next(functions.readBackward(done.part()), done.part().shares());
    List<Slopes> slopes = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      Arguments in = new Arguments(each.get(k), values.get(k), batches.get(k), done.rows().get(k));
      slopes.add(functions.backward(done.part(), in, done.made().get(k).kept(), by.get(k)));
    }
    return slopes;
  }
}
