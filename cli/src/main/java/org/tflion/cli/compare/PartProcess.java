package org.tflion.cli.compare;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.tflion.cli.process.ChildJvm;

/**
 * Trains one part in a process of its own, so that its memory is its own, with the options of this
 * JVM. It ends with this one.
 *
 * @param main of the command line
 */
record PartProcess(Class<?> main) {

  private static final String PREFIX = "tflion: ";

  /**
   * Runs the command.
   *
   * @param arguments of the command line
   * @param progress hears each line of standard error
   * @return what it printed
   * @throws IllegalArgumentException or IllegalStateException if it failed, with its own words
   */
  String run(List<String> arguments, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("tflion-compare-", ".json");
    Process process =
        new ProcessBuilder(ChildJvm.command(main, arguments))
            .redirectOutput(out.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(nothing()))
            .start();
    Thread ends = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(ends);
    String last = "no reason given";
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : last;
        progress.accept(line);
      }
      int code = process.waitFor();
      if (code == 2) {
        throw new IllegalArgumentException(last);
      } else if (code != 0) {
        throw new IllegalStateException("exit code " + code + ", " + last);
      }
      return Files.readString(out);
    } finally {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(ends);
      Files.delete(out);
    }
  }

  private static File nothing() {
    boolean windows = File.separatorChar == '\\';
    return new File(windows ? "NUL" : "/dev/null");
  }
}
