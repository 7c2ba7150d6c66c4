package org.tflion.train.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.tpu.topology.Mesh;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.data.TextRows;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;

class PlanTest {

  private static final int ROWS = 8;
  private static final int TOKENS = 64;
  private static final Device DEVICE =
      new Device(
          "test",
          1e9,
          1e9,
          1e12,
          new Device.Wires(1e9, 4, 1e8),
          Device.Overhead.ELSEWHERE,
          "a test");

  private static Workload work(String... optimizer) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.layers=2",
                "model.heads=2",
                "model.width=256",
                "model.bias=true",
                "model.context=" + TOKENS));
    settings.addAll(List.of(optimizer));
    TrainConfig config = TrainConfigs.read(null, settings);
    return new Workload(
        new Gpt((GptConfig) config.model(), 256),
        config.step(),
        new TextRows(ROWS, TOKENS + 1).shape(false),
        TOKENS);
  }

  private static Plan plan(Workload work, Layout layout, double price) {
    return Plan.of(
        new Spread(work, layout),
        DEVICE,
        new Plan.Assumptions(
            0, 1, 4, 0, price == 0 ? OptionalDouble.empty() : OptionalDouble.of(price)));
  }

  @ParameterizedTest
  @CsvSource({
    "lion, exact, 1",
    "lion, bfloat16, 0.5",
    "adamw, , 2",
    "signum, , 1",
  })
  void slotsAreThoseOfTheRule(String name, String storage, double copies) {
    Workload work =
        storage == null
            ? work("optimizer.name=" + name)
            : work("optimizer.name=" + name, "optimizer.storage=" + storage);
    Memory memory = plan(work, Layout.ONE, 0).memory();
    assertThat(memory.weights()).isEqualTo(4.0 * work.model().size());
    assertThat(memory.gradients()).isEqualTo(memory.weights());
    assertThat(memory.slots()).isEqualTo(copies * memory.weights());
  }

  @Test
  void adafactorKeepsRowsAndColumns() {
    Workload work = work("optimizer.name=adafactor");
    // Two tables and four matrices of each block; vectors and the table of 64 places stay whole.
    long factored = 256 + 256 + 2 * (256 + 768 + 2 * 256 + 2 * (256 + 1024));
    long vectors = TOKENS * 256 + 2 * (4 * 256 + 768 + 256 + 1024 + 256) + 2 * 256;
    assertThat(plan(work, Layout.ONE, 0).memory().slots()).isEqualTo(4.0 * (factored + vectors));
  }

  @Test
  void fsdpDividesEverythingThatIsKept() {
    Workload work = work();
    Memory whole = plan(work, Layout.ONE, 0).memory();
    Memory part = plan(work, new Layout(1, 4, 1), 0).memory();
    assertThat(part.weights()).isEqualTo(whole.weights() / 4);
    assertThat(part.slots()).isEqualTo(whole.slots() / 4);
    // The largest block is one of both: 12 C C, four vectors of norms, 9 C of biases.
    double block = 4.0 * (12 * 256 * 256 + 4 * 256 + 9 * 256);
    assertThat(part.gathered()).isEqualTo(3 * block);
    assertThat(whole.gathered()).isZero();
  }

  @Test
  void tensorDividesHeadsHiddenAndVocabularyAlone() {
    Workload work = work();
    double whole = 4.0 * (TOKENS * 256 + 2 * (4 * 256 + 2 * 256) + 2 * 256);
    double all = plan(work, Layout.ONE, 0).memory().weights();
    assertThat(plan(work, new Layout(1, 1, 2), 0).memory().weights())
        .isEqualTo(whole + (all - whole) / 2, within(1.0));
  }

  @Test
  void thePeakHasRoomForEverythingThatIsAliveAtOnce() {
    Memory memory = plan(work(), Layout.ONE, 0).memory();
    double kept = memory.own() + memory.weights() + memory.slots();
    assertThat(memory.peak()).isGreaterThanOrEqualTo(kept + memory.gradients() + memory.update());
    assertThat(memory.peak()).isGreaterThanOrEqualTo(kept + memory.activations());
    assertThat(memory.peak())
        .isLessThanOrEqualTo(kept + memory.gradients() + memory.activations() + memory.update());
  }

  @Test
  void aProcessThatCannotReuseMemoryNeedsBothMoments() {
    Device.Overhead process = new Device.Overhead(1000, 10);
    Device cpu = new Device("test", 1e9, 1e9, 1e12, DEVICE.wires(), process, "a test");
    Workload work = work("optimizer.name=lion");
    Memory elsewhere = Memory.of(work, Layout.ONE, DEVICE, ROWS);
    Memory here = Memory.of(work, Layout.ONE, cpu, ROWS);
    // A weight and a momentum for each parameter.
    assertThat(here.own()).isEqualTo(1000 + 2 * 10 * work.model().parameters().size());
    assertThat(here.peak()).isEqualTo(elsewhere.peak() + here.own() + here.update());
  }

  @Test
  void aStepIsItsPassesItsReductionAndItsUpdate() {
    Workload work = work("optimizer.name=lion");
    Layout layout = new Layout(2, 2, 1);
    Plan plan = plan(work, layout, 3600);
    double weights = 4.0 * work.model().size();
    Speed speed = plan.speed();
    // Two of two rings: half of what is gathered twice and scattered once comes from elsewhere.
    assertThat(speed.communication()).isEqualTo(3 * weights / 2 / 1e9, within(1e-12));
    assertThat(speed.reduction()).isEqualTo(2 * weights / 2 / 2 / 1e9, within(1e-12));
    // Weight and momentum read and written, the gradient read.
    assertThat(speed.update()).isEqualTo(5 * weights / 2 / 1e9, within(1e-12));
    double pass = Math.max(speed.compute(), speed.communication());
    assertThat(speed.step()).isEqualTo(pass + speed.reduction() + speed.update(), within(1e-12));
    assertThat(speed.tokensPerSecond()).isEqualTo(ROWS * TOKENS / speed.step(), within(1e-6));
    assertThat(plan.costPerMillionTokens())
        .isEqualTo(4 * 1e6 / speed.tokensPerSecond(), within(1e-6));
  }

  @Test
  void aRingThatLeavesTheIslandGoesAtTheSpeedOfTheNetwork() {
    Workload work = work();
    double near = plan(work, new Layout(1, 4, 1), 0).speed().communication();
    double far = plan(work, new Layout(1, 8, 1), 0).speed().communication();
    assertThat(far).isEqualTo(near * 10 * (7.0 / 8) / (3.0 / 4), within(1e-9));
  }

  @Test
  void everyBlockWaitsForEveryHop() {
    Workload work = work();
    Layout layout = new Layout(2, 4, 2);
    double hop = 1e-3;
    Plan.Assumptions waits = new Plan.Assumptions(0, 1, 4, hop, OptionalDouble.empty());
    Speed without = plan(work, layout, 0).speed();
    Speed with = Plan.of(new Spread(work, layout), DEVICE, waits).speed();
    // Two blocks, two tables and the last norm; in each block two matrices are cut by rows.
    int blocks = 2 + 4;
    double tensor = 2 * 2 * (2 * 2 + 1);
    assertThat(with.communication() - without.communication())
        .isEqualTo((3 * blocks * 3 + tensor) * hop, within(1e-9));
    assertThat(with.reduction() - without.reduction()).isEqualTo(2 * blocks * hop, within(1e-9));
  }

  @Test
  void productsInBfloat16KeepLess() {
    Plan whole = plan(work(), Layout.ONE, 0);
    Plan half = plan(work("train.precision=bfloat16"), Layout.ONE, 0);
    assertThat(half.memory().activations()).isLessThan(whole.memory().activations());
    assertThat(half.memory().weights()).isEqualTo(whole.memory().weights());
    assertThat(half.memory().slots()).isEqualTo(whole.memory().slots());
    // The products are the same; what is faster about them is the device's.
    assertThat(half.speed().compute()).isEqualTo(whole.speed().compute());
  }

  /** All blocks are alike, so that each adds the same. */
  @Test
  void eachLayerAddsTheSame() {
    double[] peaks = new double[3];
    double[] seconds = new double[3];
    for (int i = 0; i < 3; i++) {
      Plan plan = plan(work("model.layers=" + (3 + 2 * i)), Layout.ONE, 0);
      peaks[i] = plan.memory().activations();
      seconds[i] = plan.speed().compute();
    }
    assertThat(peaks[2] - peaks[1]).isEqualTo(peaks[1] - peaks[0]);
    assertThat(seconds[2] - seconds[1]).isEqualTo(seconds[1] - seconds[0], within(1e-12));
  }

  @Test
  void theLargestRowsFitAndOneMoreDoesNot() {
    Workload work = work();
    double room = Memory.of(new Spread(work, Layout.ONE), DEVICE, 5, 2).peak() / 0.9 + 1;
    Device small =
        new Device("test", room, 1e9, 1e12, DEVICE.wires(), Device.Overhead.ELSEWHERE, "a test");
    Plan plan =
        Plan.of(
            new Spread(work, Layout.ONE),
            small,
            new Plan.Assumptions(1, 1, 4, 0, OptionalDouble.empty()));
    assertThat(plan.largestRows()).isEqualTo(5);
    assertThat(plan.fits()).isTrue();
    assertThat(plan.parts()).isEqualTo(8);
    assertThat(Memory.of(new Spread(work, Layout.ONE), DEVICE, 6, 2).fits(small)).isFalse();
  }

  @Test
  void refusesWhatDoesNotDivide() {
    assertThatThrownBy(() -> plan(work(), new Layout(3, 1, 1), 0))
        .hasMessage("train.batch must be a multiple of data * fsdp = 3 of the mesh (got 8)");
    assertThatThrownBy(() -> Layout.of(Mesh.parse("pipeline=2")))
        .hasMessageContaining("must be one of [data, fsdp, tensor] (got pipeline)");
  }

  @Test
  void devicesAreThoseOfTheTopologies() {
    assertThat(Devices.all())
        .extracting(Device::name)
        .contains("v4", "v5e", "v5p", "v6e", "h100")
        .doesNotHaveDuplicates();
    Device v5p = Devices.named("v5p").orElseThrow();
    assertThat(v5p.flopsPerSecond()).isEqualTo(459e12);
    assertThat(v5p.wires().near()).isEqualTo(600e9);
  }
}
