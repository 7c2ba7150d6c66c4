package org.tflion.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.RunDirectory;
import org.tflion.train.TrainedModel;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.step.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion eval}. */
@Command(
    name = "eval",
    description = "Measures a trained model on the validation part of its data, or of other data.")
final class EvalCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private RunOption run;

  @Option(names = "--data", paramLabel = "PATH", description = "Another file or folder of data.")
  private @Nullable Path data;

  @Option(names = "--batches", paramLabel = "N", description = "Number of validation batches.")
  private @Nullable Integer batches;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /**
   * What {@code --json} prints.
   *
   * @param loss in nats per token if the data are text
   * @param perplexity of text
   * @param bitsPerToken of text
   * @param bitsPerByte of text whose every next token is predicted
   * @param metrics what else the task measures
   */
  record Result(
      long step,
      int batches,
      double loss,
      @Nullable Double perplexity,
      @Nullable Double bitsPerToken,
      @Nullable Double bitsPerByte,
      Map<String, Double> metrics) {

    static Result of(TrainedModel model, int batches, Evaluation evaluation) {
      double loss = evaluation.loss().value();
      boolean text = model.tokenizer() != null;
      return new Result(
          model.checkpoint().manifest().step(),
          batches,
          loss,
          text ? (Double) Math.exp(loss) : null,
          text ? (Double) (loss / Math.log(2)) : null,
          model.config().sample() == null
              ? null
              : (Double) (loss / Math.log(2) / model.bytesPerToken(batches)),
          evaluation.values());
    }

    String line() {
      var line = new StringBuilder(String.format(Locale.ROOT, "step %d  loss %.4f", step, loss));
      if (perplexity != null && bitsPerToken != null) {
        line.append(
            String.format(
                Locale.ROOT,
                " nats/token  perplexity %.3f  %.4f bits/token",
                perplexity,
                bitsPerToken));
      }
      if (bitsPerByte != null) {
        line.append(String.format(Locale.ROOT, "  %.4f bits/byte", bitsPerByte));
      }
      line.append(Metrics.text(metrics));
      return line.append("  (").append(batches).append(" batches)").toString();
    }
  }

  @Override
  public Integer call() {
    RunDirectory directory = run.open();
    List<String> override =
        data == null
            ? List.of()
            : ConfigOptions.only(data, TrainConfigs.task(directory.config(), List.of()));
    TrainConfig config = directory.read(override);
    TrainedModel model = run.model(spec, config);
    int count = batches == null ? config.train().evalBatches() : batches;
    Require.that(count > 0, "--batches must be above 0", count);
    Result result = Result.of(model, count, model.evaluate(count));
    if (json) {
      Json.print(spec.commandLine().getOut(), result);
    } else {
      spec.commandLine().getOut().println(result.line());
    }
    return 0;
  }
}
