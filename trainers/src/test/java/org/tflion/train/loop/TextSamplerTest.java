package org.tflion.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextSamplerTest {

  private static final float[] SCORES = {0, 2, 1, 2, -1, 9};

  private static int[] draw(int tokens, double temperature, int topK, long seed, int vocabulary) {
    SampleConfig config = new SampleConfig("x", tokens, temperature, topK, seed);
    int[] text = new TextSampler(config, seen -> SCORES.clone()).extend(new int[] {7}, vocabulary);
    assertThat(text).hasSize(tokens + 1).startsWith(7);
    return Arrays.copyOfRange(text, 1, text.length);
  }

  @Test
  void takesTheFirstOfTheBestAtTemperatureZero() {
    assertThat(draw(5, 0, 0, 1, 6)).containsOnly(5);
    assertThat(draw(5, 0, 0, 1, 5)).containsOnly(1);
  }

  @Test
  void showsTheModelAllTextSoFar() {
    List<List<Integer>> seen = new ArrayList<>();
    new TextSampler(
            new SampleConfig("x", 3, 0, 0, 1),
            text -> {
              seen.add(Arrays.stream(text).boxed().toList());
              return new float[] {0, 0, text.length};
            })
        .extend(new int[] {0, 1}, 3);
    assertThat(seen).containsExactly(List.of(0, 1), List.of(0, 1, 2), List.of(0, 1, 2, 2));
  }

  @Test
  void showsNoMoreThanTheContext() {
    List<List<Integer>> seen = new ArrayList<>();
    int[] drawn =
        new TextSampler(
                new SampleConfig("x", 3, 0, 0, 1),
                2,
                text -> {
                  seen.add(Arrays.stream(text).boxed().toList());
                  return new float[] {0, 0, 1};
                })
            .extend(new int[] {1}, 3);
    assertThat(seen).containsExactly(List.of(1), List.of(1, 2), List.of(2, 2));
    assertThat(drawn).containsExactly(1, 2, 2, 2);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0.5, 0", "2, 0", "1, 2", "1, 3", "0.7, 100"})
  void drawsTheSharesOfItsEquation(double temperature, int topK) {
    int draws = 20_000;
    int[] drawn = draw(draws, temperature, topK, 3, 5);
    // Of the five scores 0, 2, 1, 2, -1 the best are tokens 1, 3, 2, 0 and 4, in this order.
    int[] order = {1, 3, 2, 0, 4};
    double[] shares = new double[5];
    for (int i = 0; i < (topK == 0 ? 5 : Math.min(topK, 5)); i++) {
      shares[order[i]] = Math.exp(SCORES[order[i]] / temperature);
    }
    double sum = Arrays.stream(shares).sum();
    for (int token = 0; token < 5; token++) {
      int wanted = token;
      double share = shares[token] / sum;
      double actual = Arrays.stream(drawn).filter(t -> t == wanted).count() / (double) draws;
      // Five standard deviations of a share of this many draws; none where none may be drawn.
      double error = 5 * Math.sqrt(share * (1 - share) / draws);
      assertThat(actual).as("token %d", token).isCloseTo(share, within(error));
    }
  }

  @Test
  void drawsDependOnTheSeedAlone() {
    assertThat(draw(50, 1, 0, 4, 6)).isEqualTo(draw(50, 1, 0, 4, 6));
    assertThat(draw(50, 2, 0, 4, 6)).isNotEqualTo(draw(50, 2, 0, 5, 6));
  }
}
