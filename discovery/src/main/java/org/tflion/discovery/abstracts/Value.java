package org.tflion.discovery.abstracts;

import org.tflion.discovery.program.Kind;

/**
 * What is known of a value without computing it.
 *
 * @param definition the statement that assigned it (from 0), or a negative number for an input
 * @param kind its shape
 * @param hash equal for values computed alike from the same inputs and constants
 */
public record Value(int definition, Kind kind, long hash) {

  /** Whether this is what the program was called with. */
  public boolean isInput() {
    return definition < 0;
  }

  /** Which input this is, from 0; only for inputs. */
  public int input() {
    return -1 - definition;
  }

  static Value input(int index, Kind kind) {
    return new Value(-1 - index, kind, Hash.of("input " + index));
  }
}
