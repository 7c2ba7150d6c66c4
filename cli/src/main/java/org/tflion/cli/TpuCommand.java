package org.tflion.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tflion tpu}. */
@Command(
    name = "tpu",
    description = "Compiles for TPUs that need not be there, and watches those that are.",
    subcommands = {TpuCompileCommand.class, TpuWatchCommand.class})
final class TpuCommand implements Runnable {

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing what to do: " + spec.subcommands().keySet());
  }
}
