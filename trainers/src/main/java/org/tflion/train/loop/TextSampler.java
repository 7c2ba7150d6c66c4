package org.tflion.train.loop;

import java.util.Arrays;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.tflion.Require;

/**
 * Draws text from scores, token by token.
 *
 * <pre>{@code
 * p(token) = softmax(score / temperature) among the topK best tokens
 * }</pre>
 *
 * @param config temperature, number of best tokens, seed and length
 * @param context most tokens that the scores look at; 1 or more
 * @param scores of the next token after a text, one for each token of the vocabulary
 */
public record TextSampler(SampleConfig config, int context, Function<int[], float[]> scores) {

  /**
   * Checks the context.
   *
   * @throws IllegalArgumentException if it is 0 or less
   */
  public TextSampler {
    Require.that(context > 0, "TextSampler: context must be 1 or more", context);
  }

  /** A sampler whose scores look at all of the text. */
  public TextSampler(SampleConfig config, Function<int[], float[]> scores) {
    this(config, Integer.MAX_VALUE, scores);
  }

  /**
   * Goes on from a text.
   *
   * @param prompt at least one token
   * @param vocabulary tokens at and above it, which no tokenizer knows, are never drawn
   * @return the prompt and the drawn tokens
   */
  public int[] extend(int[] prompt, int vocabulary) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(config.seed());
    int[] text = Arrays.copyOf(prompt, prompt.length + config.tokens());
    for (int end = prompt.length; end < text.length; end++) {
      float[] next = scores.apply(Arrays.copyOfRange(text, Math.max(end - context, 0), end));
      text[end] = draw(Arrays.copyOf(next, Math.min(vocabulary, next.length)), random);
    }
    return text;
  }

  private int draw(float[] next, RandomGenerator random) {
    int[] best = best(next, config.topK() == 0 ? next.length : config.topK());
    if (config.temperature() == 0) {
      return best[0];
    }
    double[] weights =
        Arrays.stream(best)
            .mapToDouble(token -> Math.exp((next[token] - next[best[0]]) / config.temperature()))
            .toArray();
    double left = random.nextDouble() * Arrays.stream(weights).sum();
    int chosen = 0;
    while (chosen < best.length - 1 && left >= weights[chosen]) {
      left -= weights[chosen++];
    }
    return best[chosen];
  }

  /** The best tokens, the best first, of equals the first; sorted as numbers, which is quick. */
  private static int[] best(float[] scores, int count) {
    long[] keys = new long[scores.length];
    for (int token = 0; token < scores.length; token++) {
      int bits = Float.floatToIntBits(-scores[token]);
      int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE); // As Float.compare has it.
      keys[token] = (long) ordered << Integer.SIZE | token;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).limit(count).mapToInt(key -> (int) key).toArray();
  }
}
