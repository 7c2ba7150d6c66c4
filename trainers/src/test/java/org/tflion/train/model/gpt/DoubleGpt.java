package org.tflion.train.model.gpt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Matrix;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;

/** The graph of a GPT in float64, with its parameters fed to it, for batches of one shape. */
final class DoubleGpt implements AutoCloseable {

  private final Gpt model;
  private final Graph graph = new Graph();
  private final Map<String, Placeholder<TFloat64>> parameters = new LinkedHashMap<>();
  private final Placeholder<TInt32> batch;
  private final Placeholder<TInt32> tokens;
  private final Output<TFloat64> loss;
  private final Output<TFloat64> logits;
  private final List<Output<?>> gradients = new ArrayList<>();
  private final Session session;

  /** For batches of {@code size} rows with {@code length} inputs. */
  DoubleGpt(Gpt model, int size, int length) {
    this(model, size, length, Compute.PLAIN);
  }

  /** The same, computed in some way. */
  DoubleGpt(Gpt model, int size, int length, Compute compute) {
    this.model = model;
    Ops tf = Ops.create(graph);
    Map<String, Operand<TFloat64>> values = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      var fed = tf.placeholder(TFloat64.class, Placeholder.shape(parameter.shape()));
      parameters.put(parameter.name(), fed);
      values.put(parameter.name(), fed);
    }
    batch = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(size, length + 1L)));
    tokens = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(size, length)));
    Parameters<TFloat64> named = new Parameters<>(values, compute);
    loss = model.loss(tf, named, Inputs.of(Gpt.TEXT, batch)).mean().asOutput();
    logits = model.logits(tf, named, Inputs.of(Gpt.TEXT, tokens)).asOutput();
    Output<?>[] by = parameters.values().stream().map(Placeholder::asOutput).toArray(Output[]::new);
    Output<TFloat64> from = compute.fused() ? loss : entropy(tf, named).asOutput();
    gradients.addAll(List.of(graph.addGradients(from, by)));
    session = new Session(graph);
  }

  /**
   * The loss once more, from the logits: TensorFlow's gradient of its own cross-entropy is for
   * float32 alone.
   */
  private Operand<TFloat64> entropy(Ops tf, Parameters<TFloat64> values) {
    var size = tf.array(-1, (int) tokens.shape().get(1));
    var inputs = tf.slice(batch, tf.array(0, 0), size); // [B, T]
    var targets = tf.reshape(tf.slice(batch, tf.array(0, 1), size), tf.array(-1)); // [B * T]
    var labels =
        tf.oneHot(
            targets,
            tf.constant(model.vocabulary()),
            tf.constant(1.0),
            tf.constant(0.0)); // [B * T, V]
    var shares =
        tf.nn.logSoftmax(model.logits(tf, values, Inputs.of(Gpt.TEXT, inputs))); // [B * T, V]
    var chosen = tf.sum(tf.math.mul(labels, shares), tf.constant(1)); // [B * T]
    return tf.math.neg(tf.math.mean(chosen, tf.constant(0))); // []
  }

  /** Normal values for every parameter, gains around 1: large enough for every term to matter. */
  static Map<String, double[]> randomValues(Gpt model, long seed) {
    Random random = new Random(seed);
    Map<String, double[]> values = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      double centre = parameter.name().endsWith(".gain") ? 1 : 0;
      double[] numbers =
          random.doubles(parameter.shape().size(), -0.6, 0.6).map(x -> centre + x).toArray();
      values.put(parameter.name(), numbers);
    }
    return values;
  }

  static int[][] randomTokens(int rows, int length, int vocabulary, long seed) {
    Random random = new Random(seed);
    int[][] tokens = new int[rows][];
    for (int i = 0; i < rows; i++) {
      tokens[i] = random.ints(length, 0, vocabulary).toArray();
    }
    return tokens;
  }

  /** Mean loss of [B][T + 1]. */
  double loss(Map<String, double[]> values, int[][] rows) {
    return run(values, batch, rows, List.of(loss)).get(0)[0];
  }

  /** Rows of [B * T, V] for [B][T]. */
  Matrix logits(Map<String, double[]> values, int[][] rows) {
    return Matrix.of(run(values, tokens, rows, List.of(logits)).get(0), model.vocabulary());
  }

  /** Gradients of the loss of [B][T + 1] by parameter. */
  Map<String, double[]> gradients(Map<String, double[]> values, int[][] rows) {
    List<double[]> fetched = run(values, batch, rows, gradients);
    Map<String, double[]> named = new LinkedHashMap<>();
    int next = 0;
    for (String name : parameters.keySet()) {
      named.put(name, fetched.get(next++));
    }
    return named;
  }

  private List<double[]> run(
      Map<String, double[]> values,
      Placeholder<TInt32> place,
      int[][] rows,
      List<? extends Output<?>> wanted) {
    List<Tensor> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (Parameter parameter : model.parameters()) {
        double[] numbers = values.get(parameter.name());
        fed.add(TFloat64.tensorOf(parameter.shape(), DataBuffers.of(numbers)));
        runner.feed(
            Objects.requireNonNull(parameters.get(parameter.name())), fed.get(fed.size() - 1));
      }
      int[] flat = Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
      fed.add(TInt32.tensorOf(Shape.of(rows.length, rows[0].length), DataBuffers.of(flat)));
      runner.feed(place, fed.get(fed.size() - 1));
      wanted.forEach(runner::fetch);
      try (Result result = runner.run()) {
        List<double[]> numbers = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
          TFloat64 tensor = (TFloat64) result.get(i);
          double[] read = new double[(int) tensor.size()];
          tensor.asRawTensor().data().asDoubles().read(read);
          numbers.add(read);
        }
        return numbers;
      }
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
