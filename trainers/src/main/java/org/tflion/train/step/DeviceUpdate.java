package org.tflion.train.step;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tflion.optim.Weight;
import org.tflion.tpu.run.DeviceTensor;

/**
 * An update of variables as one program on an accelerator, without a model: it runs as those of
 * {@link AcceleratorStep} do, each new value in the memory of the one before.
 */
public final class DeviceUpdate implements AutoCloseable {

  private final DeviceProgram program;
  private final Map<String, DeviceTensor> state = new HashMap<>();

  /**
   * Compiles the update and copies the variables' first values to the device.
   *
   * @param place where it runs; its device stays open
   * @param graph that holds all of it; nothing of it is needed afterwards
   * @param variables that the update reads or writes, by any names
   * @param update what to run
   */
  public DeviceUpdate(
      AcceleratorStep.Place place, Graph graph, Map<String, Weight<?>> variables, Op update) {
    Ops tf = Ops.create(graph);
    List<Tracer.Input> inputs = new ArrayList<>();
    variables.forEach(
        (name, weight) -> {
          String node = weight.variable().op().name();
          var argument = new TracedStep.Argument(node, name, List.of());
          inputs.add(new Tracer.Input(weight.variable(), argument));
        });
    Operand<?> done = tf.withControlDependencies(update).constant(true); // []
    program =
        DeviceProgram.load(
            place, new Tracer(graph, inputs).trace("update", 1, Map.of("done", done)));
    try (Session session = new Session(graph)) {
      session.initialize();
      variables.forEach(
          (name, weight) -> {
            try (Result first = session.runner().fetch(weight.read(tf)).run()) {
              state.put(name, DeviceProgram.copy(place.device(), first.get(0)));
            }
          });
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Runs it once, and waits until it is done. */
  public void run() {
    program.run(state, Map.of());
  }

  Map<String, DeviceTensor> state() {
    return Map.copyOf(state);
  }

  @Override
  public void close() {
    state.values().forEach(DeviceTensor::close);
    state.clear();
    program.close();
  }
}
