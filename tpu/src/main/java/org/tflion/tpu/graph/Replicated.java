package org.tflion.tpu.graph;

import java.util.List;
import org.tensorflow.proto.GraphDef;

/**
 * A graph for a TensorFlow TPU worker, and what of it a session runs, feeds and fetches.
 *
 * @param graph the rewritten graph
 * @param inputs for each replica the placeholders to feed, in the order of the computation's
 * @param outputs for each replica the tensors to fetch, in the order of the computation's; any of
 *     them runs all targets as well
 * @param targets for each replica an operation to run where the computation has no outputs
 * @param compilation tensor that says whether the TPU compiled the computation
 * @param configure tensor to fetch once before all else: the topology of the TPUs, serialized
 * @param shutdown operation to run once after all else
 */
public record Replicated(
    GraphDef graph,
    List<List<String>> inputs,
    List<List<String>> outputs,
    List<String> targets,
    String compilation,
    String configure,
    String shutdown) {

  public Replicated {
    inputs = inputs.stream().map(List::copyOf).toList();
    outputs = outputs.stream().map(List::copyOf).toList();
    targets = List.copyOf(targets);
  }
}
