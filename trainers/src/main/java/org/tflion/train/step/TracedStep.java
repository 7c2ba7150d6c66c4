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
import org.tensorflow.proto.GraphDef;
import org.tflion.optim.Weight;
import org.tflion.train.data.BatchShape;
import org.tflion.train.data.Feature;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameter;

/**
 * A training step, or a part of one, as a single function call of a graph: what a compiler for
 * other devices needs, without a session or the memory of the weights.
 *
 * <p>It is built by the code of {@link TrainStep}. A batch in one pass is one program, {@code
 * step}. A batch in several passes is two: {@code pass}, which adds the gradients of a part to
 * their sums, and {@code update}, which uses and clears them.
 *
 * @param name {@code step}, {@code pass} or {@code update}; also the name of the call's node
 * @param times how often it runs for one batch; 1 or more
 * @param graph holds a placeholder or variable for each argument, the function, and its call
 * @param arguments in the order of the call
 * @param results names of the call's outputs; {@code done} waits for all writes
 */
public record TracedStep(
    String name, int times, GraphDef graph, List<Argument> arguments, List<String> results) {

  /** The logical axis of the rows of a batch. */
  public static final String BATCH = "batch";

  private static final String PLACE = "place";

  /**
   * An argument.
   *
   * @param node that provides it
   * @param name of a feature of the batch; {@code part}; {@code limit}; what checkpoints know a
   *     piece of state by; or {@code sums/NAME} for a sum of gradients
   * @param axes a logical axis for each dimension: of a feature {@link #BATCH} and then places in
   *     the row, of what has the shape of a {@link Parameter} that one's; of all else none
   */
  public record Argument(String node, String name, List<String> axes) {

    public Argument {
      axes = List.copyOf(axes);
    }
  }

  public TracedStep {
    arguments = List.copyOf(arguments);
    results = List.copyOf(results);
  }

  /**
   * Traces the programs of a step, in the order in which they run.
   *
   * @param model what to train
   * @param config rule, rates and parts; what it says of compilation does not matter
   * @param batch whose rows are a multiple of the parts
   * @param seed of what is random in a step
   */
  public static List<TracedStep> of(Model model, StepConfig config, BatchShape batch, long seed) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      ModelGraph.Built<TrainStep.Nodes> built =
          TrainStep.built(tf, model, config.uncompiled(), batch.part(config.parts()), seed);
      TrainStep.Nodes nodes = built.nodes();
      Tracer tracer = new Tracer(graph, inputs(model, built));
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
          tracer.trace("pass", config.parts(), Map.of("done", added)),
          tracer.trace("update", 1, update));
    }
  }

  /** Everything that a program may be handed, in a fixed order. */
  private static List<Tracer.Input> inputs(Model model, ModelGraph.Built<TrainStep.Nodes> built) {
    TrainStep.Nodes nodes = built.nodes();
    List<Tracer.Input> inputs = new ArrayList<>();
    for (int i = 0; i < nodes.batch().features().size(); i++) {
      Feature feature = nodes.batch().shape().features().get(i);
      List<String> axes = new ArrayList<>(Collections.nCopies(feature.shape().size(), PLACE));
      axes.add(0, BATCH);
      inputs.add(input(nodes.batch().features().get(i), feature.name(), axes));
    }
    inputs.add(input(nodes.part(), "part", List.of()));
    inputs.add(input(nodes.limit(), "limit", List.of()));
    Map<String, Parameter> parameters = new HashMap<>();
    model.parameters().forEach(each -> parameters.put(each.name(), each));
    built.state().forEach((name, weight) -> inputs.add(state(name, weight, parameters)));
    GradientSums sums = nodes.sums();
    if (sums != null) {
      sums.byName().forEach((name, sum) -> inputs.add(state("sums/" + name, sum, parameters)));
      inputs.add(state("sums/loss", sums.loss(), parameters));
      inputs.add(state("sums/count", sums.count(), parameters));
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
    return new Tracer.Input(operand, new Argument(operand.op().name(), name, axes));
  }
}
