package org.tflion.train.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat64;

/** The graph of a model in float64, with its parameters fed to it. */
public final class DoubleModel implements AutoCloseable {

  /** What is asked of a model; the first of its scalars is differentiated. */
  public interface Scalars {
    List<Operand<TFloat64>> of(Ops tf, Parameters<TFloat64> values);
  }

  private final Model model;
  private final Graph graph = new Graph();
  private final List<Placeholder<TFloat64>> places = new ArrayList<>();
  private final List<Output<?>> scalars = new ArrayList<>();
  private final List<Output<?>> gradients = new ArrayList<>();
  private final Session session;

  public DoubleModel(Model model, Scalars wanted) {
    this.model = model;
    Ops tf = Ops.create(graph);
    Map<String, Operand<TFloat64>> values = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      var place = tf.placeholder(TFloat64.class, Placeholder.shape(parameter.shape()));
      places.add(place);
      values.put(parameter.name(), place);
    }
    // A run cannot fetch one output twice.
    wanted
        .of(tf, new Parameters<>(values))
        .forEach(scalar -> scalars.add(tf.identity(scalar).asOutput()));
    Output<?>[] by = places.stream().map(Placeholder::asOutput).toArray(Output[]::new);
    gradients.addAll(List.of(graph.addGradients(scalars.get(0), by)));
    session = new Session(graph);
  }

  /**
   * The cross-entropy of logits and labels without TensorFlow's fused operation, whose gradient is
   * for float32 alone.
   *
   * @param logits [N, K]
   */
  public static Operand<TFloat64> entropy(Ops tf, Operand<TFloat64> logits, int... labels) {
    int classes = (int) logits.shape().get(1);
    var hot =
        tf.oneHot(
            tf.constant(labels), tf.constant(classes), tf.constant(1.0), tf.constant(0.0)); // [N,K]
    var chosen = tf.sum(tf.math.mul(hot, tf.nn.logSoftmax(logits)), tf.constant(1)); // [N]
    return tf.math.neg(tf.math.mean(chosen, tf.constant(0))); // []
  }

  /** Values for every parameter, gains around 1: large enough for every term to matter. */
  public static Map<String, double[]> randomValues(Model model, long seed) {
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

  /** What was asked for. */
  public List<Double> scalars(Map<String, double[]> values) {
    return run(values, scalars).stream().map(each -> each[0]).toList();
  }

  /** Compares the gradient by every number with a finite difference. */
  public void assertGradients(Map<String, double[]> values) {
    List<double[]> found = run(values, gradients);
    for (int p = 0; p < found.size(); p++) {
      String name = model.parameters().get(p).name();
      double[] numbers = requireNonNull(values.get(name));
      for (int i = 0; i < numbers.length; i++) {
        double difference = difference(values, numbers, i);
        // Relative 1e-6; below 1e-3 the noise of the difference, 1e-10, would show.
        double tolerance = 1e-6 * Math.max(Math.abs(difference), 1e-3);
        assertThat(found.get(p)[i]).as("%s[%d]", name, i).isCloseTo(difference, within(tolerance));
      }
    }
  }

  /** Central, with the step at which its own error, h^2, and that of rounding, 1e-16 / h, meet. */
  private double difference(Map<String, double[]> values, double[] numbers, int i) {
    double step = 1e-5;
    double middle = numbers[i];
    numbers[i] = middle + step;
    double above = scalars(values).get(0);
    numbers[i] = middle - step;
    double below = scalars(values).get(0);
    numbers[i] = middle;
    return (above - below) / (2 * step);
  }

  private List<double[]> run(Map<String, double[]> values, List<Output<?>> wanted) {
    List<Tensor> fed = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (int p = 0; p < places.size(); p++) {
        Parameter parameter = model.parameters().get(p);
        double[] numbers = requireNonNull(values.get(parameter.name()));
        fed.add(TFloat64.tensorOf(parameter.shape(), DataBuffers.of(numbers)));
        runner.feed(places.get(p), fed.get(p));
      }
      wanted.forEach(runner::fetch);
      try (Result result = runner.run()) {
        List<double[]> read = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
          TFloat64 tensor = (TFloat64) result.get(i);
          double[] numbers = new double[(int) tensor.size()];
          tensor.asRawTensor().data().asDoubles().read(numbers);
          read.add(numbers);
        }
        return read;
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
