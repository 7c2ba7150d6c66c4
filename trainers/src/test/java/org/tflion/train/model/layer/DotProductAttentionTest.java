package org.tflion.train.model.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tflion.train.model.Compute;
import org.tflion.xla.FunctionCall;

/** Against the equations, written out for one query after another. */
class DotProductAttentionTest {

  private static final int ROWS = 2;
  private static final int HEADS = 2;
  private static final int WIDTH = 3;
  private static final Compute FUSED = new Compute(true, false, false);

  /** Of sums of at most 200 terms of order 1. */
  private static final double ROUNDING = 1e-12;

  /**
   * What to attend to.
   *
   * @param segments length of the segments of each row, or null
   */
  private record Case(int length, boolean causal, @Nullable List<Integer> segments) {

    double[] random(int seed) {
      return new Random(seed).doubles(size(), -1, 1).toArray();
    }

    int size() {
      return ROWS * HEADS * length * WIDTH;
    }

    boolean seen(int row, int query, int key) {
      return (!causal || key <= query)
          && (segments == null || query / segments.get(row) == key / segments.get(row));
    }

    /** y and the gradients of the sum of y * r by q, k and v; by dp * p, not by dy * y. */
    List<double[]> expected() {
      double[] q = random(1);
      double[] k = random(2);
      double[] v = random(3);
      double[] r = random(4);
      List<double[]> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(new double[size()]);
      }
      for (int head = 0; head < ROWS * HEADS; head++) {
        for (int i = 0; i < length; i++) {
          double[] p = shares(q, k, head, i);
          double[] dp = new double[length];
          double mean = 0;
          for (int j = 0; j < length; j++) {
            for (int d = 0; d < WIDTH; d++) {
              all.get(0)[at(head, i, d)] += p[j] * v[at(head, j, d)];
              all.get(3)[at(head, j, d)] += p[j] * r[at(head, i, d)];
              dp[j] += r[at(head, i, d)] * v[at(head, j, d)];
            }
            mean += dp[j] * p[j];
          }
          for (int j = 0; j < length; j++) {
            for (int d = 0; d < WIDTH; d++) {
              double slope = p[j] * (dp[j] - mean);
              all.get(1)[at(head, i, d)] += slope * k[at(head, j, d)];
              all.get(2)[at(head, j, d)] += slope * q[at(head, i, d)];
            }
          }
        }
      }
      return all;
    }

    private double[] shares(double[] q, double[] k, int head, int query) {
      double[] p = new double[length];
      double sum = 0;
      for (int j = 0; j < length; j++) {
        double score = 0;
        for (int d = 0; d < WIDTH; d++) {
          score += q[at(head, query, d)] * k[at(head, j, d)];
        }
        p[j] = seen(head / HEADS, query, j) ? Math.exp(score) : 0;
        sum += p[j];
      }
      for (int j = 0; j < length; j++) {
        p[j] /= sum;
      }
      return p;
    }

    private int at(int head, int place, int channel) {
      return (head * length + place) * WIDTH + channel;
    }

    private Operand<TInt32> apart(Ops tf, List<Integer> lengths) {
      int[][] numbers = new int[ROWS][length];
      for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < length; i++) {
          numbers[row][i] = i / lengths.get(row);
        }
      }
      return tf.constant(numbers);
    }

    @Nullable Operand<TFloat64> mask(Ops tf) {
      Operand<TInt32> apart = segments == null ? null : apart(tf, segments);
      if (causal) {
        return Mask.causal(tf, length, apart, TFloat64.class);
      }
      return apart == null ? null : Mask.segments(tf, apart, TFloat64.class);
    }
  }

  private static Operand<TFloat64> tensor(Ops tf, Case given, int seed) {
    return tf.constant(
        Shape.of(ROWS, HEADS, given.length(), WIDTH), DataBuffers.of(given.random(seed)));
  }

  private static List<double[]> run(Case given, Compute compute, double dropped) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operation node =
          FunctionCall.add(tf, "outer", false, call -> write(tf, call, given, compute, dropped));
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner();
        for (int i = 0; i < 4; i++) {
          runner.fetch(node.output(i));
        }
        try (Result result = runner.run()) {
          List<double[]> numbers = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            numbers.add(numbers(result, i));
          }
          return numbers;
        }
      }
    }
  }

  private static double[] numbers(Result result, int place) {
    TFloat64 tensor = (TFloat64) result.get(place);
    double[] read = new double[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asDoubles().read(read);
    return read;
  }

  private static void write(
      Ops tf, FunctionCall call, Case given, Compute compute, double dropped) {
    Ops body = call.body();
    List<Operand<TFloat64>> qkv = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      qkv.add(call.pass(tensor(tf, given, seed)));
    }
    Context<TFloat64> context =
        new Context<>(given.length(), given.causal(), given.mask(body), body.array(5L, 6L));
    var y = new DotProductAttention(compute, new Dropout(dropped, 1)).apply(body, qkv, context);
    call.result(y);
    Output<?>[] by = qkv.stream().map(Operand::asOutput).toArray(Output<?>[]::new);
    var r = call.pass(tensor(tf, given, 4));
    for (Output<?> gradient :
        ((Graph) body.scope().env())
            .addGradients(
                "by", new Output<?>[] {y.asOutput()}, by, new Output<?>[] {r.asOutput()})) {
      call.result(gradient);
    }
  }

  /** 130 and 300 queries fall into bands of unequal size. */
  @ParameterizedTest
  @CsvSource({"5, true", "64, true", "130, true", "300, true", "130, false"})
  void equalsTheEquationsAndSoDoItsGradients(int length, boolean causal) {
    Case given = new Case(length, causal, null);
    List<double[]> expected = given.expected();
    for (Compute compute : List.of(FUSED, Compute.PLAIN)) {
      List<double[]> actual = run(given, compute, 0);
      for (int i = 0; i < 4; i++) {
        assertThat(actual.get(i)).containsExactly(expected.get(i), within(ROUNDING));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void seesItsOwnSegmentOnly(boolean causal) {
    Case given = new Case(130, causal, List.of(40, 77));
    List<double[]> expected = given.expected();
    List<double[]> actual = run(given, FUSED, 0);
    for (int i = 0; i < 4; i++) {
      assertThat(actual.get(i)).containsExactly(expected.get(i), within(ROUNDING));
    }
  }

  /** Without bands the same numbers are drawn, so TensorFlow's gradients are to be met. */
  @Test
  void whatIsDroppedHasNoGradient() {
    Case given = new Case(40, true, null);
    List<double[]> expected = run(given, Compute.PLAIN, 0.3);
    List<double[]> actual = run(given, FUSED, 0.3);
    assertThat(expected.get(0)).isNotEqualTo(run(given, Compute.PLAIN, 0).get(0));
    for (int i = 0; i < 4; i++) {
      assertThat(actual.get(i)).containsExactly(expected.get(i), within(ROUNDING));
    }
  }

  /** Two bands over 128 keys: the first of them sees 64, so a quarter of the pairs never exists. */
  @Test
  void whatNoQuerySeesIsNotComputed() {
    assertThat(Band.causal(127)).containsExactly(new Band(0, 127, 127));
    assertThat(Band.causal(128)).containsExactly(new Band(0, 64, 128), new Band(64, 128, 128));
    assertThat(Band.causal(1024)).hasSize(4);
  }

  /** Else the numbers of one band would be those of the next. */
  @Test
  void everyBandDropsByNumbersOfItsOwn() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Dropout dropout = new Dropout(0.5, 1);
      Operand<TFloat64> like = tf.zeros(tf.array(20, 20), TFloat64.class);
      try (Session session = new Session(graph);
          Result result =
              session
                  .runner()
                  .fetch(dropout.factors(tf, like, tf.array(5L, 6L), 0))
                  .fetch(dropout.factors(tf, like, tf.array(5L, 6L), 1))
                  .run()) {
        assertThat(numbers(result, 0)).isNotEqualTo(numbers(result, 1));
      }
    }
  }
}
