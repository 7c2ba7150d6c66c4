package org.tflion.discovery.program;

/**
 * The value a name holds when the statement runs.
 *
 * @param name a letter or underscore, then letters, digits and underscores, in ASCII
 */
public record Variable(String name) implements Argument {

  public Variable {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "Variable: a name must be letters, digits and underscores (got '" + name + "')");
    }
  }

  /** Whether a text can name a variable. */
  static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isNamePart(text.charAt(i), i == 0)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static boolean isNamePart(char c, boolean first) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && c >= '0' && c <= '9');
  }

  @Override
  public String toString() {
    return name;
  }
}
