package org.tflion.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tflion search drill}. */
@Command(name = "drill", description = "x")
final class SearchDrillCommand implements Callable<Integer> {
  @Mixin HelpOption help;

  @Override
  public Integer call() {
    return 0;
  }
}
