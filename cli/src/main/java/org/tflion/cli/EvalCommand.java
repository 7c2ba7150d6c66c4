package org.tflion.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.RunDirectory;
import org.tflion.train.TrainedModel;
import org.tflion.train.config.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion eval}. */
@Command(
    name = "eval",
    description = "Measures a trained model on the validation part of its text, or of another.")
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
   * @param loss in nats per token
   */
  record Result(long step, int batches, double loss, double perplexity, double bitsPerToken) {}

  @Override
  public Integer call() {
    RunDirectory directory = run.open();
    List<String> override = data == null ? List.of() : ConfigOptions.only(data);
    TrainConfig config = directory.read(override);
    TrainedModel model = run.model(spec, config);
    int count = batches == null ? config.train().evalBatches() : batches;
    Require.that(count > 0, "--batches must be above 0", count);
    double loss = model.evaluate(count);
    Result result =
        new Result(
            model.checkpoint().manifest().step(), count, loss, Math.exp(loss), loss / Math.log(2));
    if (json) {
      Json.print(spec.commandLine().getOut(), result);
    } else {
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "step %d  loss %.4f nats/token  perplexity %.3f  %.4f bits/token  (%d batches)%n",
              result.step(),
              loss,
              result.perplexity(),
              result.bitsPerToken(),
              count);
    }
    return 0;
  }
}
