package org.tflion.discovery.program;

/** A program text that cannot be read, with the place where reading stopped. */
public final class ProgramSyntaxException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  ProgramSyntaxException(int line, int column, String problem) {
    super("Program: line " + line + ", column " + column + ": " + problem);
    this.line = line;
    this.column = column;
  }

  /** The line of the problem, from 1. */
  public int line() {
    return line;
  }

  /** The column of the problem, from 1. */
  public int column() {
    return column;
  }
}
