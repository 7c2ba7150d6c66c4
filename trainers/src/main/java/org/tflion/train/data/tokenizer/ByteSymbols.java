package org.tflion.train.data.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The characters that stand for bytes in the files of byte-level BPE: the visible ones of Latin-1
 * for themselves, the others for U+0100 and up, in order.
 *
 * @see <a href="https://github.com/openai/gpt-2/blob/master/src/encoder.py">GPT-2's encoder</a>
 */
final class ByteSymbols {

  static final int BYTES = 256;

  private static final char[] OF_BYTE = new char[BYTES];
  private static final int[] BYTE_OF = new int[2 * BYTES];

  static {
    int hidden = 0;
    for (int b = 0; b < BYTES; b++) {
      boolean visible = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      OF_BYTE[b] = (char) (visible ? b : BYTES + hidden++);
    }
    Arrays.fill(BYTE_OF, -1);
    for (int b = 0; b < BYTES; b++) {
      BYTE_OF[OF_BYTE[b]] = b;
    }
  }

  private ByteSymbols() {}

  /** The symbol of a byte, from 0 to 255. */
  static char of(int b) {
    return OF_BYTE[b];
  }

  /** The bytes, each as a character from 0 to 255, of some symbols; null if one is no symbol. */
  static @Nullable String bytes(String symbols) {
    var bytes = new StringBuilder(symbols.length());
    for (int i = 0; i < symbols.length(); i++) {
      char symbol = symbols.charAt(i);
      if (symbol >= BYTE_OF.length || BYTE_OF[symbol] < 0) {
        return null;
      }
      bytes.append((char) BYTE_OF[symbol]);
    }
    return bytes.toString();
  }

  /** The symbols of bytes, which are given as characters from 0 to 255. */
  static String symbols(String bytes) {
    var symbols = new StringBuilder(bytes.length());
    for (int i = 0; i < bytes.length(); i++) {
      symbols.append(OF_BYTE[bytes.charAt(i)]);
    }
    return symbols.toString();
  }

  /** The UTF-8 of a text, each byte as a character from 0 to 255. */
  static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
