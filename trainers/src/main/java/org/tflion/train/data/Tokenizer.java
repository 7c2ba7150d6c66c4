package org.tflion.train.data;

/** Text to tokens and back. Tokens are whole numbers in [0, {@link #vocabularySize}). */
public sealed interface Tokenizer permits ByteTokenizer, CharTokenizer {

  /** The name that a config chooses it by. */
  String name();

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
}
