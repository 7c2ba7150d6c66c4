package org.tflion.train.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;
import org.tflion.gradient.Finite;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameters;
import org.tflion.xla.FunctionCall;

/**
 * The forward pass of a model as one function of a graph, with or without the backward pass.
 *
 * @param model what to compute
 * @param compiled whether XLA compiles the function
 * @param compute how its layers compute
 * @param replicas passes beside each other
 */
record LossFunction(Model model, boolean compiled, Compute compute, Replicas replicas) {

  /** A function of operations that are computed one by one. */
  static LossFunction plain(Model model, Replicas replicas) {
    return new LossFunction(model, false, Compute.PLAIN, replicas);
  }

  /**
   * A loss and its gradients.
   *
   * @param loss mean over what counts, a scalar
   * @param count how many those are, a scalar
   * @param byName gradients of the loss by parameter name
   */
  public record Gradients(
      Output<TFloat32> loss, Output<TFloat32> count, Map<String, Output<TFloat32>> byName) {

    /** The gradient by one parameter. */
    public Output<TFloat32> by(String name) {
      return Objects.requireNonNull(byName.get(name), name);
    }

    /** Adds whether the loss is finite, and each gradient. // [1 + P] */
    public Operand<TBool> finite(Ops tf) {
      List<Operand<TBool>> each = new ArrayList<>();
      each.add(tf.math.isFinite(loss));
      byName.values().forEach(gradient -> each.add(Finite.all(tf, List.of(gradient))));
      return tf.stack(each);
    }
  }

  /** Adds the loss and the metrics of a batch. */
  public Objective<TFloat32> loss(Ops tf, Parameters<TFloat32> values, Inputs batch) {
    List<String> names = new ArrayList<>();
    Operation node =
        FunctionCall.add(
            tf,
            "forward",
            compiled,
            call -> {
              Objective<TFloat32> inside =
                  replicas.loss(call.body(), model, pass(call, values), pass(call, batch));
              results(call, inside.loss());
              inside.metrics().forEach((name, mean) -> results(call, mean));
              names.addAll(inside.metrics().keySet());
            });
    return outside(node, names);
  }

  /** The results of a call, in the order of {@link #results}. */
  private static Objective<TFloat32> outside(Operation node, List<String> metrics) {
    Objective<TFloat32> objective = new Objective<>(node.output(0), node.output(1));
    for (int i = 0; i < metrics.size(); i++) {
      objective = objective.with(metrics.get(i), node.output(2 + 2 * i), node.output(3 + 2 * i));
    }
    return objective;
  }

  private static void results(FunctionCall call, Objective.Mean<TFloat32> mean) {
    call.result(mean.value());
    call.result(mean.count());
  }

  /** Adds the loss of a batch and its gradient by every parameter. */
  public Gradients gradients(Ops tf, Parameters<TFloat32> values, Inputs batch) {
    List<String> names = new ArrayList<>(values.byName().keySet());
    Operation node =
        FunctionCall.add(
            tf, "forward-backward", compiled, call -> differentiate(call, values, batch, names));
    Map<String, Output<TFloat32>> byName = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      byName.put(names.get(i), node.output(i + 2));
    }
    return new Gradients(node.output(0), node.output(1), byName);
  }

  private void differentiate(
      FunctionCall call, Parameters<TFloat32> values, Inputs batch, List<String> names) {
    Parameters<TFloat32> inside = pass(call, values);
    Objective<TFloat32> objective = replicas.loss(call.body(), model, inside, pass(call, batch));
    results(call, objective.loss());
    Output<?>[] by = names.stream().map(name -> inside.get(name).asOutput()).toArray(Output[]::new);
    Graph graph = (Graph) call.body().scope().env();
    Output<?>[] loss = {objective.mean().asOutput()};
    // Without it TensorFlow asks the loss for its shape, and no replica turns back before the last.
    Output<?>[] one = {call.body().constant(1f).asOutput()};
    for (Output<?> gradient : graph.addGradients(null, loss, by, one)) {
      call.result(gradient);
    }
  }

  private static Inputs pass(FunctionCall call, Inputs batch) {
    Map<String, Operand<? extends TType>> inside = new LinkedHashMap<>();
    batch.features().forEach((name, feature) -> inside.put(name, call.pass(feature)));
    var noise = batch.noise();
    return new Inputs(inside, noise == null ? null : call.pass(noise));
  }

  private Parameters<TFloat32> pass(FunctionCall call, Parameters<TFloat32> values) {
    Map<String, Operand<TFloat32>> inside = new LinkedHashMap<>();
    values.byName().forEach((name, value) -> inside.put(name, call.pass(value)));
    return new Parameters<>(inside, compute);
  }
}
