package org.tflion.train.data.tokenizer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words that GPT-2 cuts a text into before merging bytes: contractions, letters, digits and
 * other characters, each with a space before it, and the white space between.
 *
 * @see <a href="https://github.com/openai/gpt-2/blob/master/src/encoder.py">GPT-2's encoder</a>
 */
final class Words {

  private static final Pattern WORD =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private Words() {}

  /** Finds the words of a text, which together are the text. */
  static Matcher of(CharSequence text) {
    return WORD.matcher(text);
  }
}
