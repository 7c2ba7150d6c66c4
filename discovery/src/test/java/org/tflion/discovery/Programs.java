package org.tflion.discovery;

import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.ProgramReader;

/** Programs for tests, without the lines they all share. */
public final class Programs {

  private Programs() {}

  /** The program of these statements. */
  public static Program of(String... statements) {
    String body = String.join("\n", statements);
    return ProgramReader.read("def train(w, g, m, v, lr):\n" + body + "\nreturn update, m, v\n");
  }
}
