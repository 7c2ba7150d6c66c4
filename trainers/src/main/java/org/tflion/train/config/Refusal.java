package org.tflion.train.config;

import org.jspecify.annotations.Nullable;

/** Words every refusal of a config as one line, whatever was in it. */
final class Refusal {

  private static final int LONGEST_VALUE = 80;
  private static final int LONGEST = 1000;

  private Refusal() {}

  static IllegalArgumentException of(String sentence) {
    return of(sentence, null);
  }

  static IllegalArgumentException of(String sentence, @Nullable Throwable cause) {
    return new IllegalArgumentException(visible(sentence, LONGEST), cause);
  }

  /** A value as it may be shown in a sentence: on one line, and not too long. */
  static String shown(Object value) {
    return visible(String.valueOf(value), LONGEST_VALUE);
  }

  private static String visible(String text, int longest) {
    var out = new StringBuilder();
    text.codePoints().limit(longest).forEach(point -> append(out, point));
    return text.codePointCount(0, text.length()) > longest ? out + "..." : out.toString();
  }

  private static void append(StringBuilder out, int point) {
    switch (point) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        int type = Character.getType(point);
        boolean breaks =
            Character.isISOControl(point)
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
        if (breaks) {
          out.append("\\u%04x".formatted(point));
        } else {
          out.appendCodePoint(point);
        }
      }
    }
  }
}
