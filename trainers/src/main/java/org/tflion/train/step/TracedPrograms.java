package org.tflion.train.step;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tflion.optim.Weight;
import org.tflion.train.data.Feature;
import org.tflion.train.model.Model;
import org.tflion.train.model.Objective;
import org.tflion.train.model.Parameter;

/**
 * The programs of a training step, out of the graph that it is built in.
 *
 * @param tf of that graph
 * @param tracer of that graph
 * @param nodes what they compute
 */
record TracedPrograms(Ops tf, Tracer tracer, TrainStep.Nodes nodes) {

  /** What the names of sums of gradients begin with. */
  static final String SUMS = "sums/";

  private static final String PLACE = "place";

  static TracedPrograms of(Ops tf, Model model, ModelGraph.Built<TrainStep.Nodes> built) {
    Graph graph = (Graph) tf.scope().env();
    return new TracedPrograms(tf, new Tracer(graph, inputs(model, built)), built.nodes());
  }

  /** What trains, in the order in which it runs; as {@link TracedStep#of}. */
  List<TracedStep> step(int parts) {
    Map<String, Operand<?>> update = new LinkedHashMap<>();
    update.put("loss", nodes.loss());
    update.put("learning_rate", nodes.update().learningRate());
    update.put("gradient_norm", nodes.update().gradientNorm());
    update.put("updated", nodes.updated());
    update.put("done", tf.withControlDependencies(nodes.done()).constant(true));
    if (nodes.sums() == null) {
      return List.of(tracer.trace("step", 1, update));
    }
    var added = tf.withControlDependencies(nodes.sum()).constant(true); // []
    return List.of(
        tracer.trace(TracedStep.PASS, parts, Map.of("done", added)),
        tracer.trace("update", 1, update));
  }

  /** Loss and metrics of a part of a batch, in the order of {@link Evaluation#fetches}. */
  TracedStep evaluation(int parts) {
    Map<String, Operand<?>> results = new LinkedHashMap<>();
    Objective<?> objective = nodes.evaluated();
    results.put("loss", objective.mean());
    results.put("loss/count", objective.count());
    objective
        .metrics()
        .forEach(
            (name, mean) -> {
              results.put(name, mean.value());
              results.put(name + "/count", mean.count());
            });
    return tracer.trace("evaluation", parts, results);
  }

  /** Whether the loss of a part of a batch is finite, and each gradient of it. */
  TracedStep check(int parts) {
    return tracer.trace("check", parts, Map.of("finite", nodes.finite()));
  }

  /** Everything that a program may be handed, in a fixed order. */
  private static List<Tracer.Input> inputs(Model model, ModelGraph.Built<TrainStep.Nodes> built) {
    TrainStep.Nodes nodes = built.nodes();
    List<Tracer.Input> inputs = new ArrayList<>();
    for (int i = 0; i < nodes.batch().features().size(); i++) {
      Feature feature = nodes.batch().shape().features().get(i);
      List<String> axes = new ArrayList<>(Collections.nCopies(feature.shape().size(), PLACE));
      axes.add(0, TracedStep.BATCH);
      inputs.add(input(nodes.batch().features().get(i), feature.name(), axes));
    }
    inputs.add(input(nodes.part(), "part", List.of()));
    inputs.add(input(nodes.limit(), "limit", List.of()));
    Map<String, Parameter> parameters = new HashMap<>();
    model.parameters().forEach(each -> parameters.put(each.name(), each));
    built.state().forEach((name, weight) -> inputs.add(state(name, weight, parameters)));
    GradientSums sums = nodes.sums();
    if (sums != null) {
      sums.byName().forEach((name, sum) -> inputs.add(state(SUMS + name, sum, parameters)));
      inputs.add(state(SUMS + "loss", sums.loss(), parameters));
      inputs.add(state(SUMS + "count", sums.count(), parameters));
    }
    return inputs;
  }

  private static Tracer.Input state(
      String name, Weight<?> weight, Map<String, Parameter> parameters) {
    Parameter like = parameters.get(StateTensor.parameter(name));
    if (like == null || !like.shape().equals(weight.shape())) {
      return input(weight.variable(), name, List.of());
    }
    return input(weight.variable(), name, like.axes());
  }

  private static Tracer.Input input(Operand<?> operand, String name, List<String> axes) {
    return new Tracer.Input(operand, new TracedStep.Argument(operand.op().name(), name, axes));
  }
}
