package org.tflion.train.step;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tflion.train.data.BatchShape;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.ResidualStream;

/**
 * What one pass forward and backward takes, read from the graph that a step would run: nothing is
 * computed, and no weight exists.
 *
 * @param peakBytes most bytes of values alive at once, gradients included and weights not
 * @param activationBytes the same without the gradients
 * @param matrixFlops floating-point operations of all matrix products, two for each product and sum
 * @param anewFlops of those that are computed once more for a gradient
 */
public record PassCost(long peakBytes, long activationBytes, double matrixFlops, double anewFlops) {

  /**
   * Into how many parts a mesh divides what a pass makes.
   *
   * @param gradients parts of every gradient, of which a device keeps one
   * @param tensor parts of heads, hidden layers and vocabulary
   */
  public record Division(int gradients, int tensor) {

    public static final Division NONE = new Division(1, 1);
  }

  /** Logical axes that a {@code tensor} axis of the mesh cuts. */
  private static final Set<String> CUT = Set.of("heads", "hidden", "vocabulary");

  /**
   * Reads the cost of a pass from the graph of a model.
   *
   * @param batch that goes through at once
   * @param division of it all
   * @param compute how layers compute; a model that is one part has nothing to compute anew
   */
  public static PassCost of(Model model, BatchShape batch, Division division, Compute compute) {
    try (Graph graph = new Graph()) {
      Set<Output<?>> results = build(graph, model, batch, compute, division.gradients() > 1);
      Predicate<Output<?>> cut = division.tensor() == 1 ? out -> false : cut(model);
      ToLongFunction<Output<?>> own = out -> bytes(out) / (cut.test(out) ? division.tensor() : 1);
      Liveness pass = new Liveness(graph, results);
      long peak =
          pass.peak(
              out -> own.applyAsLong(out) / (results.contains(out) ? division.gradients() : 1));
      long activations = pass.peak(out -> results.contains(out) ? 0 : own.applyAsLong(out));
      double flops = flops(pass.operations()) / division.tensor();
      double once =
          compute.recomputed() ? of(model, batch, division, counted(compute)).matrixFlops() : flops;
      return new PassCost(peak, activations, once, flops - once);
    }
  }

  /** What functions compute inside is not seen: all is laid open. */
  private static Compute counted(Compute compute) {
    return new Compute(false, compute.halved(), false);
  }

  private static Set<Output<?>> build(
      Graph graph, Model model, BatchShape batch, Compute compute, boolean apart) {
    Ops tf = Ops.create(graph);
    Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      values.put(
          parameter.name(), tf.placeholder(TFloat32.class, Placeholder.shape(parameter.shape())));
    }
    Parameters<TFloat32> parameters = new Parameters<>(values, counted(compute));
    var noise = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2))); // [2]
    Inputs inputs = BatchFeed.create(tf, batch).inputs(noise);
    ResidualStream<TFloat32> parts = model.parts(1);
    if (compute.recomputed() && parts.first().isPresent()) {
      return new RecomputedPass(graph, values, counted(compute), inputs)
          .add(parts, RecomputedPass.units(parts, apart));
    }
    Objective<TFloat32> objective = model.loss(tf, parameters, inputs);
    List<Output<?>> by = new ArrayList<>();
    values.values().forEach(value -> by.add(value.asOutput()));
    Output<?>[] gradients =
        graph.addGradients(objective.mean().asOutput(), by.toArray(Output[]::new));
    Set<Output<?>> results = new HashSet<>(List.of(gradients));
    results.add(objective.mean().asOutput());
    return results;
  }

  /**
   * An unknown shape is that of the largest input: what sums and broadcasts leave open is small.
   */
  private static long bytes(Output<?> output) {
    Shape shape = output.shape();
    if (!shape.isUnknown() && !shape.hasUnknownDimension()) {
      return shape.size() * size(output);
    }
    GraphOperation op = (GraphOperation) output.op();
    long most = 0;
    for (int i = 0; i < op.numInputs(); i++) {
      Shape input = op.input(i).shape();
      if (!input.isUnknown() && !input.hasUnknownDimension()) {
        most = Math.max(most, input.size() * size(op.input(i)));
      }
    }
    return most;
  }

  private static int size(Output<?> output) {
    return switch (output.dataType()) {
      case DT_BOOL, DT_INT8, DT_UINT8 -> 1;
      case DT_BFLOAT16, DT_HALF, DT_INT16, DT_UINT16 -> 2;
      case DT_DOUBLE, DT_INT64, DT_UINT64 -> 8;
      default -> 4;
    };
  }

  /**
   * Whether a {@code tensor} axis divides a value: heads have an axis of their own in it, or its
   * last axis is as long as one that is cut and none that is not.
   */
  private static Predicate<Output<?>> cut(Model model) {
    Set<Long> lengths = new HashSet<>();
    Set<Long> whole = new HashSet<>();
    for (Parameter parameter : model.parameters()) {
      for (int i = 0; i < parameter.axes().size(); i++) {
        (CUT.contains(parameter.axes().get(i)) ? lengths : whole).add(parameter.shape().get(i));
      }
    }
    lengths.removeAll(whole);
    return output -> {
      Shape shape = output.shape();
      int rank = shape.isUnknown() ? 0 : shape.numDimensions();
      return rank > 3 || (rank > 0 && lengths.contains(shape.get(rank - 1)));
    };
  }

  private static double flops(List<GraphOperation> operations) {
    double sum = 0;
    for (GraphOperation op : operations) {
      String transposed =
          switch (op.type()) {
            case "MatMul" -> "transpose_a";
            case "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3" -> "adj_x";
            default -> "";
          };
      if (!transposed.isEmpty()) {
        Shape left = op.input(0).shape();
        boolean turned = op.attributes().getAttrBool(transposed);
        long inner = left.get(left.numDimensions() - (turned ? 2 : 1));
        sum += 2.0 * op.output(0).shape().size() * inner;
      }
    }
    return sum;
  }
}
