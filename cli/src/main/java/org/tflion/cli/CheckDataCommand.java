package org.tflion.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.tflion.train.data.prepare.PreparedFolder;
import org.tflion.train.data.prepare.PreparedManifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion data check}. */
@Command(
    name = "check",
    description = "Reads every byte of a prepared folder and compares it with its checksums.")
final class CheckDataCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Folder that prepare made.")
  private Path folder = Path.of("");

  @Override
  public Integer call() {
    PreparedFolder prepared = PreparedFolder.open(folder);
    try (BytesProgress progress =
        new BytesProgress(spec.commandLine().getErr(), "check", prepared.size(), null)) {
      prepared.check(progress::onProgress);
    }
    PreparedManifest manifest = prepared.manifest();
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "good: %,d tokens of %,d (%s), %,d documents%n",
            manifest.tokens(),
            manifest.vocabulary(),
            manifest.tokenizer().name(),
            manifest.documents());
    return 0;
  }
}
