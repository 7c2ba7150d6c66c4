package org.tflion.cli;

import picocli.CommandLine.Option;

/** {@code --help}, the same for every command. */
final class HelpOption {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  /** Whether help was asked for; picocli then shows it instead of running the command. */
  boolean isAsked() {
    return help;
  }
}
