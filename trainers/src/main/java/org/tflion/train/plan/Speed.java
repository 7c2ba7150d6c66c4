package org.tflion.train.plan;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.tflion.train.step.ParameterState;
import org.tflion.train.step.PassCost;

/**
 * Seconds of one update.
 *
 * <pre>{@code
 * step = parts * max(compute, communication) + reduction + update
 * }</pre>
 *
 * <p>Communication of a pass is taken to hide behind its arithmetic. A ring moves {@code (n-1)/n}
 * of what it gathers or scatters and twice that of what it reduces on every device.
 *
 * @param compute of one pass: matrix products at a share of the peak rate
 * @param communication of one pass: parameters gathered twice, gradients scattered, and what a
 *     {@code tensor} axis reduces in every block
 * @param reduction of gradients between copies of the model, once
 * @param update all weights, gradients and slots, read and written once
 * @param step all of it
 * @param tokensPerSecond of all devices together
 */
public record Speed(
    double compute,
    double communication,
    double reduction,
    double update,
    double step,
    double tokensPerSecond) {

  /**
   * How the work goes.
   *
   * @param utilization share of the peak rate that matrix products reach
   * @param wireBytes of a number between devices
   * @param rows that go through the model at once on a device
   * @param parts in how many passes a batch goes through
   */
  record Pace(double utilization, int wireBytes, int rows, int parts) {}

  static Speed of(Workload work, Layout layout, Device device, Memory memory, Pace pace) {
    PassCost pass =
        PassCost.of(
            work.model(),
            work.rows(pace.rows()),
            new PassCost.Division(layout.fsdp(), layout.tensor()));
    double compute = pass.matrixFlops() / (device.flopsPerSecond() * pace.utilization());
    double communication =
        sharding(work, layout, device, pace) + tensor(work, layout, device, pace);
    double shard = memory.weights() * pace.wireBytes() / ParameterState.VALUE_BYTES;
    double reduction = 2 * ring(shard, layout.data(), layout.devices(), device);
    double gradients =
        work.states().stream().anyMatch(ParameterState::trained) ? memory.weights() : 0;
    double update = (2 * (memory.weights() + memory.slots()) + gradients) / device.bytesPerSecond();
    double step = pace.parts() * Math.max(compute, communication) + reduction + update;
    double tokens = work.tokens(pace.rows()) * pace.parts() * layout.batchParts();
    return new Speed(compute, communication, reduction, update, step, tokens / step);
  }

  /** Parameters gathered for the pass forward and again for the one backward; gradients back. */
  private static double sharding(Workload work, Layout layout, Device device, Pace pace) {
    double bytes =
        sum(work.states(), state -> (double) state.bytes() / layout.cuts(state.parameter()))
            * pace.wireBytes()
            / ParameterState.VALUE_BYTES;
    return 3 * ring(bytes, layout.fsdp(), layout.fsdp() * layout.tensor(), device);
  }

  /** What row-cut matrices make is summed forward, what column-cut ones hand back backward. */
  private static double tensor(Workload work, Layout layout, Device device, Pace pace) {
    double rows = work.tokens(pace.rows());
    double bytes =
        sum(
            work.states(),
            state ->
                layout.cutsRows(state.parameter())
                    ? 2 * rows * state.sizes().get(1) * pace.wireBytes()
                    : 0);
    return 2 * ring(bytes, layout.tensor(), layout.tensor(), device);
  }

  /** Seconds in which a ring of {@code members} gathers or scatters so many bytes. */
  private static double ring(double bytes, int members, int span, Device device) {
    return bytes * (members - 1) / members / device.wires().bytesPerSecond(span);
  }

  private static double sum(List<ParameterState> states, ToDoubleFunction<ParameterState> bytes) {
    return states.stream().mapToDouble(bytes).sum();
  }
}
