package org.tflion.train.data.format;

/** Values of damaged files as they may stand in a sentence: on one line, and not too long. */
final class Shown {

  private static final int LONGEST = 200;

  private Shown() {}

  static String of(Object value) {
    String text = String.valueOf(value).replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }
}
