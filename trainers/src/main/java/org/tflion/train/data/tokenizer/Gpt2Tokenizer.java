package org.tflion.train.data.tokenizer;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import com.knuddels.jtokkit.api.IntArrayList;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.tflion.Require;

/**
 * The 50,257 tokens of GPT-2, which come with the library: no download.
 *
 * <p>Names of special tokens in a text are text like any other. Decoding a sequence that was never
 * UTF-8 puts U+FFFD in its place.
 *
 * @see <a
 *     href="https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf">
 *     Radford et al., 2019, section 2.2</a>
 */
public record Gpt2Tokenizer() implements Tokenizer {

  static final int VOCABULARY = 50_257;
  private static final int END_OF_TEXT = 50_256;

  /** Reading its table takes a tenth of a second: only whoever uses it waits. */
  private static final class Table {
    static final Encoding R50K =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
  }

  @Override
  public TokenizerSpec spec() {
    return new TokenizerSpec("gpt2", null);
  }

  @Override
  public int vocabularySize() {
    return VOCABULARY;
  }

  @Override
  public int[] encode(String text) {
    return Table.R50K.encodeOrdinary(text).toArray();
  }

  @Override
  public String decode(int[] tokens) {
    return new String(decodeBytes(tokens), StandardCharsets.UTF_8);
  }

  @Override
  public int bytes(int token) {
    return decodeBytes(new int[] {token}).length;
  }

  private static byte[] decodeBytes(int[] tokens) {
    var list = new IntArrayList(tokens.length);
    for (int token : tokens) {
      Require.that(
          token >= 0 && token < VOCABULARY,
          "gpt2 tokenizer: tokens must be in [0, " + VOCABULARY + ")",
          token);
      list.add(token);
    }
    return Table.R50K.decodeBytes(list);
  }

  @Override
  public OptionalInt endOfText() {
    return OptionalInt.of(END_OF_TEXT);
  }

  @Override
  public boolean splitsBeforeSpaces() {
    return true;
  }
}
