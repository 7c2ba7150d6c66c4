package org.tflion.discovery.abstracts;

/** A program that cannot run, whatever numbers it gets: a variable or a shape is wrong. */
public final class InvalidProgramException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  InvalidProgramException(String problem) {
    super("Program: " + problem);
  }
}
