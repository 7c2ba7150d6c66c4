package org.tflion.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much of a process is in memory, in MiB, as Linux tells it. */
public final class ResidentMemory {

  /** Bytes. */
  static final double MIB = 1 << 20;

  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** Whether the system tells. */
  public static boolean isKnown() {
    return Files.isReadable(STATUS);
  }

  /** What is in memory now, without the garbage of the JVM. */
  static double now() {
    System.gc();
    return status(STATUS, "VmRSS");
  }

  /** The most that ever was in memory, or 0 where that is not known. */
  static double most() {
    return isKnown() ? status(STATUS, "VmHWM") : 0;
  }

  /** The same in bytes; empty where that is not known. */
  public static OptionalLong mostBytes() {
    return isKnown() ? OptionalLong.of((long) (MIB * most())) : OptionalLong.empty();
  }

  /** What of a process is in memory now, or NaN where that is not known. */
  public static double now(long pid) {
    return isKnown() ? status(of(pid), "VmRSS") : Double.NaN;
  }

  /** The most that ever was of another process, or NaN where that is not known. */
  static double most(long pid) {
    return isKnown() ? status(of(pid), "VmHWM") : Double.NaN;
  }

  private static Path of(long pid) {
    return Path.of("/proc", Long.toString(pid), "status");
  }

  private static double status(Path file, String key) {
    try {
      return Files.readAllLines(file).stream()
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
