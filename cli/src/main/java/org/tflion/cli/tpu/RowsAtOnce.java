package org.tflion.cli.tpu;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.tflion.train.plan.Device;
import org.tflion.train.plan.Devices;
import org.tflion.train.plan.Layout;
import org.tflion.train.plan.Plan;
import org.tflion.train.plan.Spread;
import org.tflion.train.plan.Workload;

/** How many rows of a batch go through a model at once, where the config leaves it open. */
public final class RowsAtOnce {

  /** The planner's own; they do not matter to memory. */
  private static final Plan.Assumptions ASSUMED =
      new Plan.Assumptions(1, 0.5, Float.BYTES, 0, OptionalDouble.empty());

  private RowsAtOnce() {}

  /**
   * The most rows at once, on all devices together, that divide a batch and that the planner finds
   * room for under every optimizer.
   *
   * @param works of one model and batch
   * @return nothing where the config says how many, where all rows fit, or where not even one does
   */
  public static OptionalInt of(List<Workload> works, Target target) {
    Layout layout = Layout.of(target.mesh().mesh());
    int own = works.get(0).batch().rows() / layout.batchParts();
    if (works.get(0).step().parts() > 1 || own == 1) {
      return OptionalInt.empty();
    }
    Device device = Devices.named(target.slice().generation().topologyName()).orElseThrow();
    Spread spread = new Spread(works.get(0), layout);
    int most = own;
    for (Workload work : works) {
      spread = spread.under(work);
      most = Math.min(most, Plan.of(spread, device, ASSUMED).largestRows());
    }
    if (most == 0 || most == own) {
      return OptionalInt.empty();
    }
    while (own % most > 0) {
      most--;
    }
    return OptionalInt.of(most * layout.batchParts());
  }
}
