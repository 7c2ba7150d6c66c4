package org.tflion.cli;

import java.nio.file.Path;
import org.tflion.train.RunDirectory;
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
}
