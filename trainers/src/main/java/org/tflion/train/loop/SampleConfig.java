package org.tflion.train.loop;

import org.tflion.Require;

/**
 * How text is drawn from a model.
 *
 * <p>Messages name the keys of a config file, such as {@code sample.top_k}.
 *
 * @param prompt text to go on from; at least one character
 * @param tokens number of tokens to draw; from 1 to a million
 * @param temperature divides the scores: below 1 bolder, above 1 wilder; 0 always takes the best
 *     token; finite
 * @param topK best tokens to choose among; 0 means all
 * @param seed of the draws
 */
public record SampleConfig(String prompt, int tokens, double temperature, int topK, long seed) {

  private static final int MOST_TOKENS = 1_000_000;

  /**
   * Checks every number and the prompt.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public SampleConfig {
    Require.that(!prompt.isEmpty(), "sample.prompt must have at least one character", "none");
    Require.that(
        tokens > 0 && tokens <= MOST_TOKENS,
        "sample.tokens must be from 1 to " + MOST_TOKENS,
        tokens);
    Require.notNegative("sample.temperature", temperature);
    Require.that(topK >= 0, "sample.top_k must be 0 (all tokens) or more", topK);
  }
}
