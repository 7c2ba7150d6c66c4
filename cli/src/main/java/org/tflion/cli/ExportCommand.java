package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tflion.train.ModelExport;
import org.tflion.train.TrainedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion export}. */
@Command(
    name = "export",
    description = {
      "Writes a trained model for other programs.",
      "",
      "safetensors: as a GPT-2 of Hugging Face's transformers, with its tokenizer.",
      "savedmodel: as TensorFlow itself loads it; tokens in, logits of the next token out.",
      ""
    })
final class ExportCommand implements Callable<Integer> {

  /** What can be written. */
  enum Format {
    SAFETENSORS,
    SAVEDMODEL
  }

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private RunOption run;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "A new or empty folder.")
  private Path out = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "safetensors or savedmodel (default: safetensors).")
  private Format format = Format.SAFETENSORS;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(String out, String format, long step, long parameters) {}

  @Override
  public Integer call() {
    TrainedModel model = run.model(spec, run.open().read(List.of()));
    ModelExport export = new ModelExport(model, out);
    if (format == Format.SAVEDMODEL) {
      export.savedModel();
    } else if (!export.safetensors()) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          "tflion: note: the tokenizer, "
              + model.text().name()
              + ", has no tokenizer.json; only tflion import reads tflion_tokenizer.json");
    }
    Result result =
        new Result(
            out.toString(),
            format.name().toLowerCase(Locale.ROOT),
            model.checkpoint().manifest().step(),
            model.model().size());
    PrintWriter output = spec.commandLine().getOut();
    if (json) {
      Json.print(output, result);
    } else {
      output.printf(
          Locale.ROOT,
          "%,d parameters of step %d as %s in %s%n",
          result.parameters(),
          result.step(),
          result.format(),
          out);
    }
    return 0;
  }
}
