package org.tflion.train.model.gpt;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.tflion.train.model.Matrix;

/**
 * A GPT for one sequence, in plain Java doubles, from the equations in the Javadoc of {@link Gpt}
 * and its layers and from nothing else.
 */
public record GptOracle(GptConfig config, int vocabulary, Map<String, double[]> parameters) {

  /** Mean of -log softmax(logits)[next token] over the rows of a batch, [B][T + 1]. */
  public double loss(int[][] batch) {
    double sum = 0;
    int count = 0;
    for (int[] row : batch) {
      int length = row.length - 1;
      double[][] logits = logits(Arrays.copyOf(row, length)).rows();
      for (int t = 0; t < length; t++) {
        sum += logSumExp(logits[t]) - logits[t][row[t + 1]];
        count++;
      }
    }
    return sum / count;
  }

  /** [T, V]. */
  Matrix logits(int[] tokens) {
    Matrix table = matrix("embedding.tokens", config.width());
    Matrix x = Matrix.zeros(tokens.length, config.width());
    for (int t = 0; t < tokens.length; t++) {
      for (int c = 0; c < config.width(); c++) {
        x.rows()[t][c] = table.rows()[tokens[t]][c];
        if (config.positions().equals("learned")) {
          x.rows()[t][c] += matrix("embedding.positions", config.width()).rows()[t][c];
        }
      }
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String block = "blocks." + layer;
      x = x.plus(attention(block + ".attention", norm(block + ".attention_norm", x)));
      x = x.plus(feedForward(block + ".feed_forward", norm(block + ".feed_forward_norm", x)));
    }
    return norm("norm", x).times(table.transposed());
  }

  private Matrix norm(String name, Matrix x) {
    boolean centred = config.norm().equals("layernorm");
    Matrix y = Matrix.zeros(x.height(), x.width());
    for (int t = 0; t < x.height(); t++) {
      double mean = 0;
      for (double element : x.rows()[t]) {
        mean += centred ? element / x.width() : 0;
      }
      double power = 0;
      for (double element : x.rows()[t]) {
        power += (element - mean) * (element - mean) / x.width();
      }
      for (int c = 0; c < x.width(); c++) {
        double unit = (x.rows()[t][c] - mean) / Math.sqrt(power + 1e-5);
        double bias = centred && config.bias() ? vector(name + ".bias")[c] : 0;
        y.rows()[t][c] = unit * vector(name + ".gain")[c] + bias;
      }
    }
    return y;
  }

  private Matrix linear(String name, Matrix x, int out) {
    Matrix y = x.times(matrix(name + ".weight", out));
    return config.bias() ? y.plus(matrix(name + ".bias", out)) : y;
  }

  private Matrix attention(String name, Matrix x) {
    int width = config.headWidth() > 0 ? config.headWidth() : config.width() / config.heads();
    int all = width * config.heads();
    Matrix qkv = linear(name + ".qkv", x, 3 * all);
    Matrix merged = Matrix.zeros(x.height(), all);
    for (int head = 0; head < config.heads(); head++) {
      int at = head * width;
      Matrix q = turned(qkv.columns(at, at + width));
      Matrix k = turned(qkv.columns(all + at, all + at + width));
      Matrix v = qkv.columns(2 * all + at, 2 * all + at + width);
      for (int t = 0; t < x.height(); t++) {
        double[] shares = shares(q, k, t);
        for (int s = 0; s <= t; s++) {
          for (int c = 0; c < width; c++) {
            merged.rows()[t][at + c] += shares[s] * v.rows()[s][c];
          }
        }
      }
    }
    return linear(name + ".output", merged, config.width());
  }

  /** softmax(q k^T / sqrt(D)) of position t over itself and those before it. */
  private static double[] shares(Matrix q, Matrix k, int t) {
    double[] scores = new double[t + 1];
    for (int s = 0; s <= t; s++) {
      for (int c = 0; c < q.width(); c++) {
        scores[s] += q.rows()[t][c] * k.rows()[s][c] / Math.sqrt(q.width());
      }
    }
    double total = logSumExp(scores);
    for (int s = 0; s <= t; s++) {
      scores[s] = Math.exp(scores[s] - total);
    }
    return scores;
  }

  /** Channels i and i + D/2 of position t turn by t * 10000^(-2i/D), as a complex number would. */
  private Matrix turned(Matrix x) {
    if (config.positions().equals("learned")) {
      return x;
    }
    int half = x.width() / 2;
    Matrix y = Matrix.zeros(x.height(), x.width());
    for (int t = 0; t < x.height(); t++) {
      for (int i = 0; i < half; i++) {
        double angle = t / Math.pow(10_000, 2.0 * i / x.width());
        double real = x.rows()[t][i];
        double imaginary = x.rows()[t][i + half];
        y.rows()[t][i] = real * Math.cos(angle) - imaginary * Math.sin(angle);
        y.rows()[t][i + half] = real * Math.sin(angle) + imaginary * Math.cos(angle);
      }
    }
    return y;
  }

  private Matrix feedForward(String name, Matrix x) {
    int hidden = 4 * config.width();
    if (!config.activation().equals("geglu")) {
      boolean exact = config.activation().equals("gelu");
      Matrix in = linear(name + ".input", x, hidden);
      return linear(
          name + ".output", in.map(exact ? GptOracle::gelu : GptOracle::geluTanh), config.width());
    }
    Matrix in = linear(name + ".input", x, 2 * hidden);
    Matrix open = in.columns(0, hidden).map(GptOracle::gelu);
    for (int t = 0; t < open.height(); t++) {
      for (int c = 0; c < hidden; c++) {
        open.rows()[t][c] *= in.rows()[t][hidden + c];
      }
    }
    return linear(name + ".output", open, config.width());
  }

  /** The Gaussian error linear unit. */
  public static double gelu(double x) {
    return x * (1 + erf(x / Math.sqrt(2))) / 2;
  }

  static double geluTanh(double x) {
    return x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
  }

  /** Abramowitz and Stegun 7.1.6, whose terms are all of one sign, so that none cancel. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  private static double logSumExp(double[] scores) {
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp(score);
    }
    return Math.log(sum);
  }

  private double[] vector(String name) {
    return Objects.requireNonNull(parameters.get(name), name);
  }

  private Matrix matrix(String name, int width) {
    return Matrix.of(vector(name), width);
  }
}
