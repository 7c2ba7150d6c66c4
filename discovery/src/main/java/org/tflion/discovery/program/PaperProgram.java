package org.tflion.discovery.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The programs printed in the paper, each from a file beside this class.
 *
 * <p>Program 2 of the paper is the training loop around them, not an optimizer.
 *
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, Programs 1 and 3 to 8</a>
 */
public enum PaperProgram {
  /** Program 1: Lion, with beta1 0.9, beta2 0.99 and weight decay 1. */
  LION("program1-lion"),
  /** Program 3: AdamW without bias correction, where the search starts. */
  ADAMW("program3-adamw"),
  /** Program 4: the discovered program without its redundant statements. */
  DISCOVERED("program4-discovered"),
  /** Program 5: found on a proxy with less data. */
  REGULARISED("program5-regularised"),
  /** Program 6: found by a search stopped early; like AdaGrad. */
  ADAGRAD("program6-adagrad"),
  /** Program 7: found by a search stopped early; like AdaBelief. */
  ADABELIEF("program7-adabelief"),
  /** Program 8: the discovered program as the search left it. */
  RAW("program8-raw");

  private final String file;

  PaperProgram(String file) {
    this.file = file + ".program";
  }

  /** The text of the file. */
  public String text() {
    try (InputStream in = PaperProgram.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("PaperProgram: " + file + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program. */
  public Program program() {
    return ProgramReader.read(text());
  }
}
