package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tflion.train.data.prepare.Encoder;
import org.tflion.train.data.prepare.Preparation;
import org.tflion.train.data.prepare.PreparedFolder;
import org.tflion.train.data.prepare.PreparedManifest;
import org.tflion.train.data.prepare.Survey;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.Tokenizers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion data prepare}. */
@Command(
    name = "prepare",
    description = {
      "Turns text into a folder of tokens that train takes as --data.",
      "",
      "Interrupted in any way, the same command goes on where it stopped.",
      ""
    })
final class PrepareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private InputOptions input;

  @Option(
      names = "--tokenizer",
      paramLabel = "NAME",
      required = true,
      description = "byte, char, gpt2, or a tokenizer.json.")
  private String tokenizer = "";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the tokens; new, or that of the same command when it was stopped.")
  private Path out = Path.of("");

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(String out, String tokenizer, int vocabulary, long tokens, long documents) {}

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    List<Path> files = input.files();
    Tokenizer made =
        tokenizer.equals("char")
            ? Survey.of(files, input.field()).chars()
            : Tokenizers.named(tokenizer);
    Preparation preparation = new Preparation(files, new Encoder(made, input.field()), out);
    Optional<PreparedFolder> prepared;
    try (StopSignal signal = new StopSignal(err);
        BytesProgress progress = new BytesProgress(err, "prepare", preparation.size(), signal)) {
      prepared = preparation.run(input.threads(), progress);
    }
    prepared.ifPresent(this::report);
    if (prepared.isEmpty()) {
      err.println("stopped; the same command goes on");
      return StopSignal.EXIT_CODE;
    }
    return 0;
  }

  private void report(PreparedFolder prepared) {
    PrintWriter output = spec.commandLine().getOut();
    PreparedManifest manifest = prepared.manifest();
    if (json) {
      Json.print(
          output,
          new Result(
              out.toString(),
              manifest.tokenizer().name(),
              manifest.vocabulary(),
              manifest.tokens(),
              manifest.documents()));
      return;
    }
    output.printf(
        Locale.ROOT,
        "%,d tokens of %,d (%s), %,d documents, in %s%n",
        manifest.tokens(),
        manifest.vocabulary(),
        manifest.tokenizer().name(),
        manifest.documents(),
        out);
  }
}
