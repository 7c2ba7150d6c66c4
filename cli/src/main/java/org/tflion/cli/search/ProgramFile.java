package org.tflion.cli.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.tflion.discovery.mutate.Child;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.ProgramReader;

/** A program as a user names it: a file, or one of the paper's. */
public final class ProgramFile {

  private static final long LARGEST = 1 << 20;

  private ProgramFile() {}

  /** The names of the paper's programs. */
  public static List<String> names() {
    return Arrays.stream(PaperProgram.values())
        .map(p -> p.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  /**
   * Reads and checks a program.
   *
   * @param name of a file, or one of {@link #names}
   * @throws IllegalArgumentException if there is none, or it cannot run, saying where and why
   */
  public static Program read(String name) {
    for (PaperProgram paper : PaperProgram.values()) {
      if (paper.name().toLowerCase(Locale.ROOT).equals(name)) {
        return paper.program();
      }
    }
    Program program;
    try {
      program = ProgramReader.read(text(Path.of(name)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
    return checked(name, program);
  }

  private static Program checked(String name, Program program) {
    try {
      return Child.of(program).program();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw new IllegalArgumentException("a program must be at most 1 MiB of text");
      }
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "a program must be a file, or one of " + names() + " (got no file to read)", e);
    }
  }
}
