package org.tflion.cli.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.tflion.cli.plan.Planned;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.plan.Devices;
import org.tflion.train.plan.Layout;
import org.tflion.train.plan.Plan;
import org.tflion.train.plan.Spread;
import org.tflion.train.plan.Workload;

class RowsAtOnceTest {

  private static final Target TARGET = Target.of("v5e:2x2", "data=2,fsdp=2", Path.of("plugin.so"));
  private static final int DEVICES = 4;

  private static Workload work(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.layers=1",
                "model.heads=2",
                "model.width=16",
                "model.context=1024",
                "train.batch=4096"));
    settings.addAll(List.of(more));
    return Planned.of(TrainConfigs.read(null, settings));
  }

  private static boolean fits(Workload work, int rowsOfDevice) {
    Plan.Assumptions assumed =
        new Plan.Assumptions(rowsOfDevice, 0.5, 4, 0, OptionalDouble.empty());
    Spread spread = new Spread(work, new Layout(2, 2, 1));
    return Plan.of(spread, Devices.named("v5e").orElseThrow(), assumed).fits();
  }

  @Test
  void areTheMostThatFitAndDivideTheBatch() {
    int rows = RowsAtOnce.of(List.of(work()), TARGET).orElseThrow();
    int own = rows / DEVICES;
    assertThat(4096 % rows).isZero();
    assertThat(fits(work(), own)).isTrue();
    assertThat(fits(work(), 2 * own)).as("the next that divides 1024").isFalse();
  }

  @Test
  void suitTheOptimizerThatNeedsMost() {
    Workload adamw = work("optimizer.name=adamw");
    assertThat(RowsAtOnce.of(List.of(work(), adamw), TARGET))
        .isEqualTo(RowsAtOnce.of(List.of(adamw), TARGET));
  }

  @Test
  void areLeftToAConfigThatSaysSo() {
    assertThat(RowsAtOnce.of(List.of(work("train.micro_batch=2048")), TARGET)).isEmpty();
  }

  @Test
  void areAllWhereAllFit() {
    assertThat(RowsAtOnce.of(List.of(work("train.batch=8")), TARGET)).isEmpty();
  }

  /** Not one row: a device of 16 GB does not hold the weights. The compiler says by how much. */
  @Test
  void areAllWhereNoneFits() {
    assertThat(RowsAtOnce.of(List.of(work("model.context=65536", "train.batch=8")), TARGET))
        .isEmpty();
  }
}
