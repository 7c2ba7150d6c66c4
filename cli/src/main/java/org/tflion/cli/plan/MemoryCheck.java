package org.tflion.cli.plan;

import java.util.Locale;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.plan.Device;
import org.tflion.train.plan.Layout;
import org.tflion.train.plan.Memory;
import org.tflion.train.plan.Spread;

/**
 * What a run takes of this machine, before anything of it exists.
 *
 * @param config of the run
 * @param spread its workload on one device; this machine holds it all, however it is divided
 */
public record MemoryCheck(TrainConfig config, Spread spread) {

  private static final double GB = 1e9;

  /** Of a run of a config. */
  public static MemoryCheck of(TrainConfig config) {
    return new MemoryCheck(config, new Spread(Planned.of(config), Layout.ONE));
  }

  /** Floating-point operations of the matrix products of one step. */
  public double flopsOfStep() {
    return parts() * spread.pass(config.train().rows()).matrixFlops();
  }

  /** In how many passes a batch goes through. */
  private int parts() {
    return config.train().batch() / config.train().rows();
  }

  /**
   * Passes if the run fits.
   *
   * @throws IllegalArgumentException if it does not, with the numbers
   */
  public void requireRoom() {
    requireRoom(ThisMachine.unmeasured());
  }

  void requireRoom(Device machine) {
    Memory memory = Memory.of(spread, machine, config.train().rows(), parts());
    if (!memory.fits(machine)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "train: %s with %s must fit into nine tenths of this machine's %.1f GB (got %.1f GB:"
                  + " weights %.1f, gradients %.1f, slots %.1f, activations and the rest %.1f);"
                  + " choose another optimizer, a smaller model, train.micro_batch or"
                  + " model.context, or try it with --ignore-memory",
              config.preset(),
              config.optimizer().name(),
              machine.memoryBytes() / GB,
              memory.peak() / GB,
              memory.weights() / GB,
              memory.gradients() / GB,
              memory.slots() / GB,
              (memory.peak() - memory.weights() - memory.gradients() - memory.slots()) / GB));
    }
  }
}
