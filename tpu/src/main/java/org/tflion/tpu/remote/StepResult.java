package org.tflion.tpu.remote;

import java.util.Map;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.TensorProto;

/**
 * What one step of a remote session returned.
 *
 * @param tensors the fetched tensors by name
 * @param metadata times of every operation on every worker, if the step's options asked for a trace
 */
public record StepResult(Map<String, TensorProto> tensors, RunMetadata metadata) {

  public StepResult {
    tensors = Map.copyOf(tensors);
  }
}
