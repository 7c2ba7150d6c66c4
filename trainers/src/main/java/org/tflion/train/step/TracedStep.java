package org.tflion.train.step;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tflion.train.data.BatchShape;
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

  /**
   * The name of the program that adds the gradients of a part of a batch to their sums. The
   * optimizer plays no part in it.
   */
  public static final String PASS = "pass";

  /** The logical axis of the rows of a batch. */
  public static final String BATCH = "batch";

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
      return TracedPrograms.of(tf, model, built).step(config.parts());
    }
  }
}
