package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.train.ModelImport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion import}. */
@Command(
    name = "import",
    description =
        "Makes a run of a GPT-2 that Hugging Face's transformers has saved as safetensors.")
final class ImportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      required = true,
      description = "Folder with config.json, model.safetensors and tokenizer.json.")
  private Path from = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the run, for generate, eval --data and train --from.")
  private Path out = Path.of("");

  @Option(
      names = "--tokenizer",
      paramLabel = "NAME",
      description = "byte, gpt2 or a tokenizer.json, instead of the folder's own.")
  private @Nullable String tokenizer;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key of the run's config; of the model only model.dropout.")
  private List<String> settings = new ArrayList<>();

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(String run, long parameters) {}

  @Override
  public Integer call() {
    long parameters = new ModelImport(from, tokenizer, settings).into(out);
    PrintWriter output = spec.commandLine().getOut();
    if (json) {
      Json.print(output, new Result(out.toString(), parameters));
    } else {
      output.printf(Locale.ROOT, "%,d parameters in %s%n", parameters, out);
    }
    return 0;
  }
}
