package org.tflion.cli.bench;

import org.tflion.optim.Rule;
import org.tflion.train.step.AcceleratorStep;
import org.tflion.train.step.DeviceUpdate;

/** One update of many parameters on an accelerator, where all of its state stays. */
final class DeviceSession implements TimedUpdate {

  private final DeviceUpdate update;
  private final double slotElementsPerParameter;

  /** As {@link UpdateSession}; the device stays open. */
  DeviceSession(AcceleratorStep.Place place, Rule rule, long parameters, int tensors) {
    try (UpdateGraph graph = new UpdateGraph(rule, false, parameters, tensors)) {
      slotElementsPerParameter = graph.slotElementsPerParameter();
      update = new DeviceUpdate(place, graph.graph(), graph.variables(), graph.update());
    }
  }

  @Override
  public void run() {
    update.run();
  }

  @Override
  public double slotElementsPerParameter() {
    return slotElementsPerParameter;
  }

  @Override
  public void close() {
    update.close();
  }
}
