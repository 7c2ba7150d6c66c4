package org.tflion.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.train.RunDirectory;
import org.tflion.train.TrainedModel;
import org.tflion.train.loop.SampleConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion generate}. */
@Command(name = "generate", description = "Prints text drawn from a trained model.")
final class GenerateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private RunOption run;

  @Option(names = "--prompt", paramLabel = "TEXT", description = "Text to go on from.")
  private @Nullable String prompt;

  @Option(names = "--tokens", paramLabel = "N", description = "Number of tokens to draw.")
  private @Nullable Integer tokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Below 1 bolder, above 1 wilder; 0 always takes the best token.")
  private @Nullable Double temperature;

  @Option(names = "--top-k", paramLabel = "K", description = "Best tokens to choose among; 0: all.")
  private @Nullable Integer topK;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of the draws.")
  private @Nullable Long seed;

  @Option(
      names = "--no-cache",
      description = "Run the whole model for every token: the same text, slower, to compare.")
  private boolean noCache;

  @Option(
      names = "--scores",
      description = "Print no text, but the prompt's tokens and the scores of the next token.")
  private boolean scores;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(String text, int tokens, double seconds, double tokensPerSecond, boolean cached) {}

  /** What {@code --scores} prints: unnormalised log-probabilities. */
  record Scores(List<Integer> tokens, List<Float> scores) {}

  @Override
  public Integer call() {
    RunDirectory directory = run.open();
    TrainedModel model = run.model(spec, directory.read(List.of()));
    SampleConfig preset = model.sample();
    SampleConfig sample =
        new SampleConfig(
            prompt == null ? preset.prompt() : prompt,
            tokens == null ? preset.tokens() : tokens,
            temperature == null ? preset.temperature() : temperature,
            topK == null ? preset.topK() : topK,
            seed == null ? preset.seed() : seed);
    PrintWriter out = spec.commandLine().getOut();
    if (scores) {
      Json.print(out, scores(model, sample.prompt()));
      return 0;
    }
    TrainedModel.Generated drawn = model.generate(sample, !noCache);
    double rate = drawn.tokens() / drawn.seconds();
    if (json) {
      Json.print(out, new Result(drawn.text(), drawn.tokens(), drawn.seconds(), rate, !noCache));
      return 0;
    }
    out.println(drawn.text());
    spec.commandLine()
        .getErr()
        .printf(
            Locale.ROOT,
            "%,d tokens in %.1f s, %,.0f tokens/s%n",
            drawn.tokens(),
            drawn.seconds(),
            rate);
    return 0;
  }

  private static Scores scores(TrainedModel model, String prompt) {
    int[] tokens = model.text().encode(prompt);
    List<Float> scores = new ArrayList<>();
    for (float score : model.scores(tokens)) {
      scores.add(score);
    }
    return new Scores(Arrays.stream(tokens).boxed().toList(), scores);
  }
}
