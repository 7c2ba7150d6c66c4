package org.tflion.train.model;

import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.tflion.train.model.gpt.GptOracle;

/**
 * An encoder for one sequence, in plain Java doubles, from the equations in the Javadoc of the
 * layers and from nothing else: layernorms before each half of a block, exact GELU, biases.
 */
public record EncoderOracle(Map<String, double[]> parameters, int layers, int heads, int width) {

  /** Which keys a query sees. */
  public interface Sight {
    IntPredicate of(int query);

    /** All of them. */
    Sight ALL = query -> key -> true;
  }

  /** Blocks and the last norm, [T, C]. */
  public Matrix encode(Matrix embedded, Sight sight) {
    Matrix x = embedded;
    for (int layer = 0; layer < layers; layer++) {
      String block = "blocks." + layer;
      Matrix normed = norm(block + ".attention_norm", x);
      x = x.plus(attention(block + ".attention", normed, sight));
      Matrix hidden = linear(block + ".feed_forward.input", norm(block + ".feed_forward_norm", x));
      x = x.plus(linear(block + ".feed_forward.output", hidden.map(GptOracle::gelu)));
    }
    return norm("norm", x);
  }

  /** Each row has mean 0 and variance 1, but for the gain and the bias. */
  public Matrix norm(String name, Matrix x) {
    Matrix y = Matrix.zeros(x.height(), x.width());
    for (int t = 0; t < x.height(); t++) {
      double mean = 0;
      double square = 0;
      for (double element : x.rows()[t]) {
        mean += element / x.width();
        square += element * element / x.width();
      }
      for (int c = 0; c < x.width(); c++) {
        double unit = (x.rows()[t][c] - mean) / Math.sqrt(square - mean * mean + 1e-5);
        y.rows()[t][c] = unit * vector(name + ".gain")[c] + vector(name + ".bias")[c];
      }
    }
    return y;
  }

  /** x W + b. */
  public Matrix linear(String name, Matrix x) {
    double[] bias = vector(name + ".bias");
    return x.times(matrix(name + ".weight", bias.length)).plus(Matrix.of(bias, bias.length));
  }

  private Matrix attention(String name, Matrix x, Sight sight) {
    Matrix qkv = linear(name + ".qkv", x);
    int each = width / heads;
    Matrix merged = Matrix.zeros(x.height(), width);
    for (int head = 0; head < heads; head++) {
      Matrix q = qkv.columns(head * each, (head + 1) * each);
      Matrix k = qkv.columns(width + head * each, width + (head + 1) * each);
      Matrix v = qkv.columns(2 * width + head * each, 2 * width + (head + 1) * each);
      Matrix scores = q.times(k.transposed()).map(score -> score / Math.sqrt(each));
      for (int t = 0; t < x.height(); t++) {
        double total = 0;
        for (int s = 0; s < x.height(); s++) {
          total += sight.of(t).test(s) ? Math.exp(scores.rows()[t][s]) : 0;
        }
        for (int s = 0; s < x.height(); s++) {
          double share = sight.of(t).test(s) ? Math.exp(scores.rows()[t][s]) / total : 0;
          for (int c = 0; c < each; c++) {
            merged.rows()[t][head * each + c] += share * v.rows()[s][c];
          }
        }
      }
    }
    return linear(name + ".output", merged);
  }

  /** -log softmax(logits) against a target distribution. */
  public static double entropy(double[] logits, double[] target) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double entropy = 0;
    for (int k = 0; k < logits.length; k++) {
      entropy -= target[k] * (logits[k] - Math.log(sum));
    }
    return entropy;
  }

  /** The place of the largest. */
  public static int best(double[] logits) {
    int best = 0;
    for (int k = 1; k < logits.length; k++) {
      best = logits[k] > logits[best] ? k : best;
    }
    return best;
  }

  /** A parameter as it lies in memory. */
  public double[] vector(String name) {
    return Objects.requireNonNull(parameters.get(name), name);
  }

  /** A parameter in rows. */
  public Matrix matrix(String name, int columns) {
    return Matrix.of(vector(name), columns);
  }
}
