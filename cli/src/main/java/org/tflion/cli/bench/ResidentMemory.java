package org.tflion.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of this process is in memory, in MB, as Linux tells it. */
final class ResidentMemory {

  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  static boolean isKnown() {
    return Files.isReadable(STATUS);
  }

  /** What is in memory now, without the garbage of the JVM. */
  static double now() {
    System.gc();
    return status("VmRSS");
  }

  /** The most that ever was in memory, or 0 where that is not known. */
  static double most() {
    return isKnown() ? status("VmHWM") : 0;
  }

  private static double status(String key) {
    try {
      return Files.readAllLines(STATUS).stream()
              .filter(line -> line.startsWith(key + ":"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
              .findFirst()
              .orElseThrow()
          / 1024.0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
