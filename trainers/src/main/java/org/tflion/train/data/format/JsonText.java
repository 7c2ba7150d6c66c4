package org.tflion.train.data.format;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON from files that others wrote; every fault is one line. */
public final class JsonText {

  private static final int LONGEST = 100;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonText() {}

  /**
   * The one object that a text is.
   *
   * @param bytes that hold the text, in UTF-8
   * @param from first byte of the text
   * @param count bytes of the text
   * @throws IllegalArgumentException saying what it is instead
   */
  public static JsonNode object(byte[] bytes, int from, int count) {
    JsonNode tree;
    try {
      tree = JSON.readTree(bytes, from, count);
    } catch (JacksonException e) {
      String why = String.valueOf(e.getOriginalMessage()).split(" \\(bound as |\n", 2)[0];
      throw new IllegalArgumentException(shown(why), e);
    }
    if (!tree.isObject()) {
      throw new IllegalArgumentException("another value");
    }
    return tree;
  }

  /** A value as it may stand in a sentence: on one line, and not too long. */
  public static String shown(Object value) {
    String text = String.valueOf(value);
    String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    return start.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
