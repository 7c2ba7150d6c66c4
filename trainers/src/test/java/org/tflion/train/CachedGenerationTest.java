package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.loop.SampleConfig;
import org.tflion.train.step.CachedScorer;
import org.tflion.train.step.Scorer;

/**
 * Text drawn with keys and values kept is the text drawn without, within the context and past it.
 */
class CachedGenerationTest {

  /** Scores of order 1 in float32, of sums in another order. */
  private static final float ROUNDING = 2e-5f;

  @TempDir private Path folder;

  private TrainedModel trained(String... settings) throws IOException {
    String[] all =
        Stream.concat(
                Stream.of("optimizer.jit=off", "model.context=12", "model.layers=2"),
                Stream.of(settings))
            .toArray(String[]::new);
    Path run = folder.resolve("run");
    try (Training training = Training.start(TinyRun.in(folder).config(all), run)) {
      training.run(20, new LoopListener() {});
    }
    RunDirectory directory = RunDirectory.open(run);
    return TrainedModel.open(directory, directory.read(List.of()));
  }

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of((Object) new String[] {"model.positions=learned", "model.bias=true"}),
        Arguments.of((Object) new String[] {"model.positions=rope", "model.head_width=6"}),
        Arguments.of(
            (Object)
                new String[] {
                  "model.positions=rope", "model.norm=rmsnorm", "model.activation=geglu"
                }));
  }

  @ParameterizedTest
  @MethodSource("models")
  void isTheSameText(String[] settings) throws IOException {
    TrainedModel model = trained(settings);
    List<SampleConfig> draws =
        List.of(
            new SampleConfig("the qu", 40, 0, 0, 1),
            new SampleConfig("t", 40, 1, 0, 2),
            new SampleConfig("quick brown fox jumps over", 20, 0.8, 5, 3));
    for (SampleConfig sample : draws) {
      TrainedModel.Generated cached = model.generate(sample, true);
      assertThat(cached.text()).isEqualTo(model.generate(sample, false).text());
      assertThat(cached.tokens()).isEqualTo(sample.tokens());
      assertThat(cached.seconds()).isPositive();
    }
  }

  /** Texts that grow, that slide, that begin anew in the middle, and that are asked for twice. */
  @ParameterizedTest
  @MethodSource("models")
  void scoresEveryTextAsTheWholeModelDoes(String[] settings) throws IOException {
    TrainedModel model = trained(settings);
    int[] text = new Random(5).ints(20, 0, 256).toArray();
    int[] other = new Random(6).ints(9, 0, 256).toArray();
    try (Scorer whole = new Scorer(model.gpt(), model.weights());
        CachedScorer cached = new CachedScorer(model.gpt(), model.weights())) {
      List<int[]> asked =
          Stream.of(
                  growing(text, 1, 15),
                  growing(other, 4, 9),
                  Stream.of(text, text),
                  growing(text, 3, 6),
                  growing(text, 5, 12))
              .flatMap(texts -> texts)
              .toList();
      for (int[] each : asked) {
        assertThat(cached.next(each))
            .as("%d tokens", each.length)
            .containsExactly(whole.next(each), within(ROUNDING));
      }
    }
  }

  private static Stream<int[]> growing(int[] text, int from, int to) {
    return Stream.iterate(from, size -> size <= to, size -> size + 1)
        .map(size -> Arrays.copyOf(text, size));
  }

  /** A model that sees one token at a time has nothing to keep. */
  @Test
  void worksWithAContextOfOne() throws IOException {
    TrainedModel model = trained("model.context=1");
    SampleConfig sample = new SampleConfig("the", 10, 1, 0, 4);
    assertThat(model.generate(sample)).isEqualTo(model.generate(sample, false).text());
  }
}
