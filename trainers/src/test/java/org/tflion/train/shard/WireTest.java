package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;
import org.tflion.train.model.Parameter;
import org.tflion.train.step.Step;

class WireTest {

  private static final int STEPS = 50;

  /**
   * The bound that the documentation promises for the loss of this job, in nats: weights that are
   * rounded to 8 bits at every pass move a loss of 3 by about a thousandth.
   */
  private static final double PROMISED = 0.005;

  private static float[] numbers(Operand<TFloat32> value) {
    float[] read = new float[(int) value.shape().size()];
    value.asTensor().asRawTensor().data().asFloats().read(read);
    return read;
  }

  @ParameterizedTest
  @CsvSource({"10, 1", "5, 2", "4, 3", "3, 4"})
  void noMessageIsLongerThanItMayBe(long longest, int messages) {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      Wire wire = new Wire(false, longest);
      float[] values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
      List<Operand<? extends TNumber>> sent = wire.send(tf, tf.constant(values));
      assertThat(sent)
          .hasSize(messages)
          .allSatisfy(one -> assertThat(one.shape().size()).isLessThanOrEqualTo(longest));
      assertThat(numbers(wire.receive(tf, sent))).containsExactly(values);
    }
  }

  @Test
  void halvesWhatTravelsAndRoundsIt() {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      Wire wire = new Wire(true, 100);
      float[] values = new float[100];
      Random random = new Random(1);
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
      List<Operand<? extends TNumber>> sent = wire.send(tf, tf.constant(values));
      assertThat(sent.get(0).type()).isEqualTo(TBfloat16.class);
      float[] arrived = numbers(wire.receive(tf, sent));
      for (int i = 0; i < values.length; i++) {
        assertThat(arrived[i]).isCloseTo(values[i], within(Math.abs(values[i]) / 256));
      }
    }
  }

  /** A matrix that is cut into rows of unequal number, and a vector that is whole. */
  @Test
  void parcelsHoldWhatTheirOwnersOwn() {
    Parameter matrix = Parameter.weight("matrix", Shape.of(5, 2), 1, "a", "b");
    Parameter vector = Parameter.bias("vector", 3, "c");
    Partition partition = Partition.of(List.of(matrix, vector), 2);
    List<Parcel> parcels = Parcel.of(partition, List.of("vector", "matrix"), Map.of(), 0, 1);
    assertThat(parcels).hasSize(2);
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      Map<String, Operand<TFloat32>> whole = new LinkedHashMap<>();
      float[] rows = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
      whole.put("matrix", tf.reshape(tf.constant(rows), tf.array(5, 2)));
      whole.put("vector", tf.constant(new float[] {20, 21, 22}));
      Parcel first = parcels.get(0);
      // Rows 0 and 1 of the matrix are four numbers, so the vector is for the first device.
      assertThat(first.owner()).isZero();
      Operand<TFloat32> cut = first.cut(tf, whole);
      assertThat(numbers(cut)).containsExactly(20, 21, 22, 0, 1, 2, 3);
      assertThat(numbers(first.unpack(tf, cut).get(1))).containsExactly(0, 1, 2, 3);
      Parcel second = parcels.get(1);
      Map<String, Operand<TFloat32>> owned =
          Map.of("matrix", second.unpack(tf, second.cut(tf, whole)).get(0));
      assertThat(numbers(second.pack(tf, owned))).containsExactly(4, 5, 6, 7, 8, 9);
    }
  }

  @ParameterizedTest
  @CsvSource({"lion", "adamw", "adafactor"})
  void staysNearOneDeviceAsBfloat16(String name) {
    double rate = name.equals("lion") ? 1e-3 : 1e-2;
    Sharded job = Sharded.gpt(Sharded.optimizer(name, rate, "off"), 1, 0);
    try (Step alone = job.alone(1);
        Step sharded = job.on(ShardConfig.NONE.over(2).withWire("bfloat16"))) {
      List<Double> expected = job.losses(alone, STEPS);
      List<Double> losses = job.losses(sharded, STEPS);
      double most = 0;
      for (int i = 0; i <= STEPS; i++) {
        most = Math.max(most, Math.abs(losses.get(i) - expected.get(i)));
      }
      assertThat(most).isLessThan(PROMISED).isPositive();
    }
  }
}
