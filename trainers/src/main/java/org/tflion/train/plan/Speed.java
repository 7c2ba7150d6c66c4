package org.tflion.train.plan;

import java.util.List;
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
 * of what it gathers or scatters and twice that of what it reduces on every device, block by block,
 * and waits {@code n-1} hops for each.
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
   * @param assumed rates and costs
   * @param rows that go through the model at once on a device
   * @param parts in how many passes a batch goes through
   */
  record Pace(Plan.Assumptions assumed, int rows, int parts) {

    /** Bytes on the wire of so many in float32. */
    double onWire(double bytes) {
      return bytes * assumed.wireBytes() / ParameterState.VALUE_BYTES;
    }
  }

  /**
   * Devices that pass values on to each other until all have been around.
   *
   * @param members of it
   * @param bytesPerSecond from one to the next
   * @param hopSeconds until the first byte is there
   */
  private record Ring(int members, double bytesPerSecond, double hopSeconds) {

    /** Seconds in which it gathers or scatters so many bytes in so many goes. */
    double seconds(double bytes, long goes) {
      return (members - 1) * (bytes / members / bytesPerSecond + goes * hopSeconds);
    }
  }

  private static Ring ring(int members, int span, Device device, Pace pace) {
    return new Ring(members, device.wires().bytesPerSecond(span), pace.assumed().hopSeconds());
  }

  static Speed of(Spread spread, Device device, Memory memory, Pace pace) {
    Layout layout = spread.layout();
    PassCost pass = spread.pass(pace.rows());
    double flops = pass.matrixFlops() + pass.anewFlops();
    double compute = flops / (device.flopsPerSecond() * pace.assumed().utilization());
    double communication = sharding(spread, device, pace) + tensor(spread, device, pace);
    Ring copies = ring(layout.data(), layout.devices(), device, pace);
    double reduction = 2 * copies.seconds(pace.onWire(memory.weights()), spread.blocks().size());
    double gradients =
        spread.states().stream().anyMatch(ParameterState::trained) ? memory.weights() : 0;
    double update = (2 * (memory.weights() + memory.slots()) + gradients) / device.bytesPerSecond();
    double step = pace.parts() * Math.max(compute, communication) + reduction + update;
    double tokens = spread.work().tokens(pace.rows()) * pace.parts() * layout.batchParts();
    return new Speed(compute, communication, reduction, update, step, tokens / step);
  }

  /** Parameters gathered for the pass forward and again for the one backward; gradients back. */
  private static double sharding(Spread spread, Device device, Pace pace) {
    Layout layout = spread.layout();
    Ring ring = ring(layout.fsdp(), layout.fsdp() * layout.tensor(), device, pace);
    double bytes = spread.blocks().stream().mapToDouble(Double::doubleValue).sum();
    return 3 * ring.seconds(pace.onWire(bytes), spread.blocks().size());
  }

  /** What row-cut matrices make is summed forward, what column-cut ones hand back backward. */
  private static double tensor(Spread spread, Device device, Pace pace) {
    Layout layout = spread.layout();
    double rows = spread.work().tokens(pace.rows());
    List<ParameterState> cut =
        spread.states().stream().filter(state -> layout.cutsRows(state.parameter())).toList();
    double values = cut.stream().mapToDouble(state -> 2 * rows * state.sizes().get(1)).sum();
    Ring ring = ring(layout.tensor(), layout.tensor(), device, pace);
    return 2 * ring.seconds(pace.onWire(values * ParameterState.VALUE_BYTES), 2L * cut.size());
  }
}
