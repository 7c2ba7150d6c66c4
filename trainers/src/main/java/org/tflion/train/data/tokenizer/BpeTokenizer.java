package org.tflion.train.data.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import org.tflion.Require;

/**
 * Byte-level byte pair encoding: the words of a text, each as its bytes, of which pairs become one
 * token in the order of a list that was learned.
 *
 * <p>Names of special tokens in a text are text like any other. Decoding a sequence that was never
 * UTF-8 puts U+FFFD in its place.
 *
 * @see <a href="https://arxiv.org/abs/1508.07909">Sennrich et al., 2016</a>
 * @see <a
 *     href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf">
 *     Radford et al., 2019, section 2.2</a>
 */
public final class BpeTokenizer implements Tokenizer {

  static final String NAME = "bpe";

  /** The token that ends a document, where the vocabulary has it. */
  static final String END_OF_TEXT = "<|endoftext|>";

  /** Words that are remembered with their tokens. */
  private static final int REMEMBERED = 1 << 16;

  private static final int LONGEST_REMEMBERED = 64;

  private final TokenizerSpec spec;
  private final byte[][] bytes;
  private final int[] tokenOfByte;
  private final Merges merges;
  private final OptionalInt endOfText;
  private final Map<String, int[]> remembered = new ConcurrentHashMap<>();

  BpeTokenizer(String json, TokenizerJson parsed) {
    this.spec = new TokenizerSpec(NAME, json);
    this.bytes = parsed.bytes();
    this.merges = parsed.merges();
    this.tokenOfByte = parsed.tokenOfByte();
    this.endOfText = parsed.endOfText();
  }

  /**
   * Reads a {@code tokenizer.json} of byte-level BPE as {@link BpeTrainer} writes it and GPT-2 has
   * it.
   *
   * @throws IllegalArgumentException if it is damaged, or asks for anything else, which is named
   */
  public static BpeTokenizer parse(String json) {
    return new BpeTokenizer(json, TokenizerJson.parse(json));
  }

  @Override
  public TokenizerSpec spec() {
    return spec;
  }

  @Override
  public int vocabularySize() {
    return bytes.length;
  }

  @Override
  public int[] encode(String text) {
    int[] tokens = new int[text.length() / 2 + 16];
    int size = 0;
    Matcher words = Words.of(text);
    while (words.find()) {
      int[] word = word(words.group());
      if (word.length > tokens.length - size) {
        tokens =
            Arrays.copyOf(tokens, Math.addExact(tokens.length, tokens.length / 2 + word.length));
      }
      System.arraycopy(word, 0, tokens, size, word.length);
      size += word.length;
    }
    return Arrays.copyOf(tokens, size);
  }

  private int[] word(String word) {
    int[] known = remembered.get(word);
    if (known != null) {
      return known;
    }
    byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[utf8.length];
    for (int i = 0; i < utf8.length; i++) {
      tokens[i] = tokenOfByte[Byte.toUnsignedInt(utf8[i])];
    }
    tokens = merges.apply(tokens);
    if (word.length() <= LONGEST_REMEMBERED && remembered.size() < REMEMBERED) {
      remembered.put(word, tokens);
    }
    return tokens;
  }

  @Override
  public String decode(int[] tokens) {
    var text = new ByteArrayOutputStream(4 * tokens.length);
    for (int token : tokens) {
      requireToken(token);
      text.writeBytes(bytes[token]);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  @Override
  public int bytes(int token) {
    requireToken(token);
    return bytes[token].length;
  }

  private void requireToken(int token) {
    Require.that(
        token >= 0 && token < bytes.length,
        "bpe tokenizer: tokens must be in [0, " + bytes.length + ")",
        token);
  }

  /** The symbols of the bytes of a token. */
  String symbols(int token) {
    return ByteSymbols.symbols(new String(bytes[token], StandardCharsets.ISO_8859_1));
  }

  @Override
  public OptionalInt endOfText() {
    return endOfText;
  }

  @Override
  public boolean splitsBeforeSpaces() {
    return true;
  }

  @Override
  public String toString() {
    return "bpe of " + bytes.length + " tokens";
  }
}
