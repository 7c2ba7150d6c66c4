package org.tflion.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tflion data}. */
@Command(
    name = "data",
    description = "Turns text into tokens once, and learns tokenizers.",
    subcommands = {
      PrepareCommand.class,
      TrainTokenizerCommand.class,
      CheckDataCommand.class,
    })
final class DataCommand implements Runnable {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing what to do: prepare, train-tokenizer or check");
  }
}
