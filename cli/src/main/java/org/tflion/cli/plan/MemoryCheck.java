package org.tflion.cli.plan;

import java.util.Locale;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.plan.Device;
import org.tflion.train.plan.Layout;
import org.tflion.train.plan.Memory;

/** Refuses a run that this machine has no room for, before anything of it exists. */
public final class MemoryCheck {

  private static final double GB = 1e9;

  private MemoryCheck() {}

  /**
   * Passes if a run fits.
   *
   * @throws IllegalArgumentException if it does not, with the numbers
   */
  public static void require(TrainConfig config) {
    require(config, ThisMachine.unmeasured());
  }

  static void require(TrainConfig config, Device machine) {
    Memory memory = Memory.of(Planned.of(config), Layout.ONE, machine, config.train().rows());
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
