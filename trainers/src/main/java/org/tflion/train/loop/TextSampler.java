package org.tflion.train.loop;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Draws text from scores, token by token.
 *
 * <pre>{@code
 * p(token) = softmax(score / temperature) among the topK best tokens
 * }</pre>
 *
 * @param config temperature, number of best tokens, seed and length
 * @param scores of the next token after a text, one for each token of the vocabulary
 */
public record TextSampler(SampleConfig config, Function<int[], float[]> scores) {

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
      float[] next = scores.apply(Arrays.copyOf(text, end));
      text[end] = draw(Arrays.copyOf(next, Math.min(vocabulary, next.length)), random);
    }
    return text;
  }

  private int draw(float[] next, RandomGenerator random) {
    int[] best =
        IntStream.range(0, next.length)
            .boxed()
            .sorted(Comparator.comparing(token -> -next[token]))
            .limit(config.topK() == 0 ? next.length : config.topK())
            .mapToInt(Integer::intValue)
            .toArray();
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
}
