package org.tflion.train.data.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TokenizerTest {

  /** One to four bytes of UTF-8; the last is outside the BMP. */
  private static final String MIXED = "a\u00e9\u20ac" + Character.toString(0x1f981);

  @Test
  void bytesAreTheTokensOfTheByteTokenizer() {
    int[] expected = {0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0xa6, 0x81};
    assertThat(new ByteTokenizer().encode(MIXED)).isEqualTo(expected);
    assertThat(new ByteTokenizer().decode(expected)).isEqualTo(MIXED);
    assertThat(new ByteTokenizer().vocabularySize()).isEqualTo(256);
  }

  @Test
  void aCutOffSequenceDecodesToTheReplacementCharacter() {
    assertThat(new ByteTokenizer().decode(new int[] {0x61, 0xe2, 0x82})).isEqualTo("a\ufffd");
    assertThat(new ByteTokenizer().decode(new int[] {0xac, 0x61})).isEqualTo("\ufffda");
  }

  @Test
  void anyBytesDecodeToSomeText() {
    var random = new SplittableRandom(7);
    for (int round = 0; round < 200; round++) {
      int[] tokens = random.ints(random.nextInt(40), 0, 256).toArray();
      byte[] bytes = new byte[tokens.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) tokens[i];
      }
      assertThat(new ByteTokenizer().decode(tokens))
          .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Test
  void theAlphabetIsEveryCharacterOnceInTheOrderOfUnicode() {
    var tokenizer = CharTokenizer.of("hello " + MIXED + "\n");
    assertThat(tokenizer.alphabet())
        .isEqualTo("\n aehlo\u00e9\u20ac" + Character.toString(0x1f981));
    assertThat(tokenizer.vocabularySize()).isEqualTo(10);
    assertThat(tokenizer.name()).isEqualTo("char");
  }

  @Test
  void charactersKeepTheirRankAndComeBack() {
    var tokenizer = CharTokenizer.of("hello " + MIXED);
    int[] tokens = tokenizer.encode("ole" + MIXED);
    assertThat(tokens).containsExactly(5, 4, 2, 1, 6, 7, 8);
    assertThat(tokenizer.decode(tokens)).isEqualTo("ole" + MIXED);
  }

  @Test
  void aCharacterOutsideTheAlphabetIsNamedWithItsPlace() {
    String lion = Character.toString(0x1f981);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CharTokenizer.of("ab" + lion).encode(lion + "abQ"))
        .withMessage(
            "char tokenizer: text must keep to the 3 characters of the training text"
                + " (got 'Q' U+0051 at position 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CharTokenizer.of("ab").encode("a\n"))
        .withMessageContaining("(got U+000A at position 1)");
  }

  @Test
  void refusesAlphabetsThatAreNone() {
    for (String alphabet : new String[] {"", "ba", "aa", "a\ud800"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new CharTokenizer(alphabet))
          .withMessageContaining("alphabet must");
    }
  }

  @Test
  void refusesTokensOutsideTheVocabulary() {
    for (Tokenizer tokenizer : new Tokenizer[] {new ByteTokenizer(), CharTokenizer.of("abc")}) {
      for (int token : new int[] {-1, tokenizer.vocabularySize()}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> tokenizer.decode(new int[] {0, token}))
            .withMessageContaining("(got " + token + ")");
      }
    }
  }
}
