package org.tflion.train.data.tokenizer;

import java.nio.charset.StandardCharsets;
import org.tflion.Require;

/**
 * Every byte of UTF-8 is a token: 256 of them, for any text and any file.
 *
 * <p>Decoding a sequence that is cut off, or was never UTF-8, puts U+FFFD in its place.
 */
public record ByteTokenizer() implements Tokenizer {

  public static final int VOCABULARY = 256;

  @Override
  public TokenizerSpec spec() {
    return new TokenizerSpec("byte", null);
  }

  @Override
  public int bytes(int token) {
    return 1;
  }

  @Override
  public boolean splitsBeforeSpaces() {
    return true;
  }

  @Override
  public int vocabularySize() {
    return VOCABULARY;
  }

  @Override
  public int[] encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return tokens;
  }

  @Override
  public String decode(int[] tokens) {
    byte[] bytes = new byte[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      Require.that(
          tokens[i] >= 0 && tokens[i] < VOCABULARY,
          "byte tokenizer: tokens must be in [0, 256)",
          tokens[i]);
      bytes[i] = (byte) tokens[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
