package org.tflion.train.data.tokenizer;

import java.util.Arrays;
import org.tflion.Require;

/**
 * Every character of the training text is a token, numbered in the order of Unicode.
 *
 * @param alphabet the characters (code points) in increasing order, each once; at least one
 */
public record CharTokenizer(String alphabet) implements Tokenizer {

  /**
   * Checks the alphabet.
   *
   * @throws IllegalArgumentException if it is empty, out of order, or holds half a surrogate pair
   */
  public CharTokenizer {
    Require.that(!alphabet.isEmpty(), "char tokenizer: alphabet must not be empty", "nothing");
    int previous = -1;
    for (int point : alphabet.codePoints().toArray()) {
      Require.that(
          point > previous,
          "char tokenizer: alphabet must hold increasing code points, each once",
          named(point));
      Require.that(
          point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE,
          "char tokenizer: alphabet must hold whole characters",
          named(point));
      previous = point;
    }
  }

  /**
   * The tokenizer that knows exactly the characters of a text.
   *
   * @throws IllegalArgumentException if the text is empty
   */
  public static CharTokenizer of(String text) {
    int[] points = text.codePoints().sorted().distinct().toArray();
    return new CharTokenizer(new String(points, 0, points.length));
  }

  @Override
  public TokenizerSpec spec() {
    return new TokenizerSpec("char", alphabet);
  }

  @Override
  public boolean splitsBeforeSpaces() {
    return true;
  }

  @Override
  public int vocabularySize() {
    return alphabet.codePointCount(0, alphabet.length());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Positions in its refusals count characters (code points) from 0.
   */
  @Override
  public int[] encode(String text) {
    int[] known = alphabet.codePoints().toArray();
    int[] tokens = text.codePoints().toArray();
    for (int i = 0; i < tokens.length; i++) {
      int token = Arrays.binarySearch(known, tokens[i]);
      if (token < 0) {
        throw new IllegalArgumentException(
            "char tokenizer: text must keep to the %d characters of the training text (got %s at position %d)"
                .formatted(known.length, named(tokens[i]), i));
      }
      tokens[i] = token;
    }
    return tokens;
  }

  @Override
  public String decode(int[] tokens) {
    int[] known = alphabet.codePoints().toArray();
    var text = new StringBuilder(tokens.length);
    for (int token : tokens) {
      Require.that(
          token >= 0 && token < known.length,
          "char tokenizer: tokens must be in [0, " + known.length + ")",
          token);
      text.appendCodePoint(known[token]);
    }
    return text.toString();
  }

  /** A character as itself, if it can be seen, and as its number. */
  private static String named(int point) {
    String number = "U+%04X".formatted(point);
    boolean visible = Character.isLetterOrDigit(point) || (point > ' ' && point < 0x7f);
    return visible ? "'" + Character.toString(point) + "' " + number : number;
  }
}
