package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.tflion.train.RunDirectory;
import org.tflion.train.TrainedModel;
import org.tflion.train.config.TrainConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The run that a command looks at. */
final class RunOption {

  @Option(
      names = "--run",
      paramLabel = "DIR",
      required = true,
      description = "Folder of a run, as train made it.")
  private Path folder;

  RunDirectory open() {
    return RunDirectory.open(folder);
  }

  /** The run's newest good model, with a word on standard error if it is not the newest. */
  TrainedModel model(CommandSpec spec, TrainConfig config) {
    TrainedModel model = TrainedModel.open(open(), config);
    PrintWriter err = spec.commandLine().getErr();
    model.warnings().forEach(warning -> err.println("tflion: warning: " + warning));
    return model;
  }
}
