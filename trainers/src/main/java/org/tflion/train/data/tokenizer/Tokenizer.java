package org.tflion.train.data.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * Text to tokens and back. Tokens are whole numbers in [0, {@link #vocabularySize}). Tokenizers are
 * immutable and safe for threads.
 */
public interface Tokenizer {

  /** All that is needed to make an equal one. */
  TokenizerSpec spec();

  /** The name of its kind. */
  default String name() {
    return spec().name();
  }

  /** The number of different tokens. */
  int vocabularySize();

  /**
   * The tokens of a text.
   *
   * @throws IllegalArgumentException if the text holds something that has no token
   */
  int[] encode(String text);

  /**
   * The text of some tokens.
   *
   * @throws IllegalArgumentException if a token is outside the vocabulary
   */
  String decode(int[] tokens);

  /**
   * Bytes of text that a token stands for, in UTF-8.
   *
   * @throws IllegalArgumentException if it is outside the vocabulary
   */
  default int bytes(int token) {
    return decode(new int[] {token}).getBytes(StandardCharsets.UTF_8).length;
  }

  /** The token that ends a document, if there is one; {@link #encode} never gives it. */
  default OptionalInt endOfText() {
    return OptionalInt.empty();
  }

  /**
   * Whether a text may be cut before any white space that follows something else, and the tokens of
   * the parts are those of the whole.
   */
  boolean splitsBeforeSpaces();
}
