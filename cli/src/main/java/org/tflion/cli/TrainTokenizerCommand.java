package org.tflion.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tflion.train.data.prepare.Survey;
import org.tflion.train.data.tokenizer.BpeTokenizer;
import org.tflion.train.data.tokenizer.BpeTrainer;
import org.tflion.train.data.tokenizer.WordCounts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion data train-tokenizer}. */
@Command(
    name = "train-tokenizer",
    description = "Learns a byte-level BPE vocabulary and writes it as a tokenizer.json.")
final class TrainTokenizerCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;
  @Mixin private InputOptions input;

  @Option(
      names = "--vocab",
      paramLabel = "N",
      required = true,
      description = "Number of tokens, with the 256 bytes and the end of text.")
  private int vocabulary;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write; it is replaced (default: ${DEFAULT-VALUE}).",
      defaultValue = "tokenizer.json")
  private Path out = Path.of("");

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  /** What {@code --json} prints. */
  record Result(String out, int vocabulary, long bytes) {}

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    Survey survey = Survey.of(input.files(), input.field());
    WordCounts words;
    try (BytesProgress progress = new BytesProgress(err, "count", survey.size(), null)) {
      words = survey.words(input.threads(), progress::onProgress);
    }
    BpeTrainer trainer = new BpeTrainer(words, vocabulary);
    String text;
    try (TaskProgress progress = new TaskProgress(err, "merge", vocabulary)) {
      text = trainer.train(progress::to);
    }
    Path next = out.resolveSibling(out.getFileName() + ".next");
    Files.writeString(next, text);
    Files.move(next, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    report(BpeTokenizer.parse(text).vocabularySize(), survey.size());
    return 0;
  }

  private void report(int learned, long bytes) {
    PrintWriter output = spec.commandLine().getOut();
    if (json) {
      Json.print(output, new Result(out.toString(), learned, bytes));
      return;
    }
    String fewer = learned < vocabulary ? " (no more pairs occur twice)" : "";
    output.printf(Locale.ROOT, "%,d tokens%s from %,d bytes, in %s%n", learned, fewer, bytes, out);
  }
}
