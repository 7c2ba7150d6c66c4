package org.tflion.tpu.remote;

import java.util.List;
import java.util.Map;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.TensorProto;

/**
 * What one step of a remote session feeds, fetches and runs.
 *
 * @param feeds values by the name of the tensor that they replace, such as {@code x:0}
 * @param fetches names of the tensors to return
 * @param targets names of the operations to run without a result
 * @param options such as the trace level and the time limit on the server
 */
public record Step(
    Map<String, TensorProto> feeds,
    List<String> fetches,
    List<String> targets,
    RunOptions options) {

  public Step {
    feeds = Map.copyOf(feeds);
    fetches = List.copyOf(fetches);
    targets = List.copyOf(targets);
  }

  /** Returns a step that fetches tensors and feeds nothing. */
  public static Step fetch(String... names) {
    return new Step(Map.of(), List.of(names), List.of(), RunOptions.getDefaultInstance());
  }

  /** Returns a step that runs operations and returns nothing. */
  public static Step run(String... names) {
    return new Step(Map.of(), List.of(), List.of(names), RunOptions.getDefaultInstance());
  }

  /** Returns this step with other feeds. */
  public Step withFeeds(Map<String, TensorProto> values) {
    return new Step(values, fetches, targets, options);
  }

  /** Returns this step with other options. */
  public Step withOptions(RunOptions other) {
    return new Step(feeds, fetches, targets, other);
  }
}
