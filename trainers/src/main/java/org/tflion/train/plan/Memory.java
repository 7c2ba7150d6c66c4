package org.tflion.train.plan;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.tflion.train.step.ParameterState;
import org.tflion.train.step.PassCost;

/**
 * Bytes of one device at their worst moment.
 *
 * <p>The parts do not all peak together: while a pass runs, gradients come as activations go, and
 * an update begins when the activations are gone. {@code peak} is the larger of both moments, or
 * where memory that was let go is not used again, their sum.
 *
 * @param weights of parameters, float32
 * @param gradients of all trained parameters together, with their sums where a batch has parts
 * @param slots of the optimizer, averages included
 * @param gathered parameters of other devices and gradients for them, of two blocks at a time
 * @param activations at most, what a pass holds besides gradients
 * @param update new values beside old ones
 * @param own what a process takes besides
 * @param peak of everything together
 */
public record Memory(
    double weights,
    double gradients,
    double slots,
    double gathered,
    double activations,
    double update,
    double own,
    double peak) {

  /** An update goes group by group; a small group has so many bytes of weights. */
  private static final double GROUP_BYTES = 64 << 20;

  /** Blocks whose parameters are at hand at once: the one in work and the next. */
  private static final int BLOCKS_AT_HAND = 2;

  /**
   * What a device has left: for the system, for buffers of the runtime, for holes between values.
   */
  static final double SPARE = 0.1;

  /** What a device needs whose batches go through in as many passes as the workload says. */
  public static Memory of(Workload work, Layout layout, Device device, int rows) {
    return of(new Spread(work, layout), device, rows, work.rowsOfDevice(layout) / rows);
  }

  /**
   * Adds up what a device needs.
   *
   * @param rows that go through the model at once
   * @param parts in how many passes a batch goes through
   */
  public static Memory of(Spread spread, Device device, int rows, int parts) {
    Layout layout = spread.layout();
    List<ParameterState> states = spread.states();
    List<ParameterState> trained = states.stream().filter(ParameterState::trained).toList();
    ToDoubleFunction<ParameterState> share = state -> 1.0 / layout.parts(state.parameter());
    double weights = sum(states, state -> state.bytes() * share.applyAsDouble(state));
    double gradients = sum(trained, state -> state.bytes() * share.applyAsDouble(state));
    double slots = sum(trained, state -> state.slotBytes() * share.applyAsDouble(state));
    double sums = parts > 1 ? gradients : 0;
    double gathered = layout.fsdp() == 1 ? 0 : gathered(spread);
    PassCost pass = spread.pass(rows);
    double largest =
        trained.stream()
            .mapToDouble(state -> state.programBytes() * share.applyAsDouble(state))
            .max()
            .orElse(0);
    double update = Math.max(largest, Math.min(GROUP_BYTES, gradients));
    Device.Overhead process = device.process();
    double own = process.bytes(trained.stream().mapToLong(ParameterState::values).sum());
    double base = own + weights + slots + sums;
    double passing = gathered + pass.peakBytes();
    double peak =
        base
            + (process.isElsewhere()
                ? Math.max(passing, gradients + update)
                : Math.max(passing, gradients) + update);
    return new Memory(
        weights, gradients + sums, slots, gathered, pass.activationBytes(), update, own, peak);
  }

  /** Whether a device has room for it, and some to spare. */
  public boolean fits(Device device) {
    return peak <= device.memoryBytes() * (1 - SPARE);
  }

  private static double sum(List<ParameterState> states, ToDoubleFunction<ParameterState> bytes) {
    return states.stream().mapToDouble(bytes).sum();
  }

  /** The two largest neighbours: parameters, and the gradients of one. */
  private static double gathered(Spread spread) {
    double most = spread.blocks().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    return BLOCKS_AT_HAND * most + most;
  }
}
