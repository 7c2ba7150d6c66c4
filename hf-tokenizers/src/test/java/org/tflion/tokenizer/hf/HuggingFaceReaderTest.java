package org.tflion.tokenizer.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.data.tokenizer.BpeTokenizer;
import org.tflion.train.data.tokenizer.BpeTrainer;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.TokenizerSpec;
import org.tflion.train.data.tokenizer.Tokenizers;
import org.tflion.train.data.tokenizer.WordCounts;

class HuggingFaceReaderTest {

  private static final String TEXT =
      "it's 42 words,  some\n\n\twords of caf\u00e9 and \u65e5\u672c, we'll \ud83e\udd81 see ";

  /** A WordPiece of four tokens, which tflion itself refuses. */
  private static final String WORD_PIECE =
      """
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
       "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
       "post_processor": null, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "un": 1, "##seen": 2, "cat": 3}}}
      """;

  @TempDir private Path folder;

  private static String trained() {
    WordCounts words = new WordCounts();
    words.add(TEXT.repeat(3));
    return new BpeTrainer(words, 320).train(done -> {});
  }

  /** The same file, read by tflion and by the library that it was written for. */
  @Test
  void givesTheIdsOfTheTrainersOwnReader() {
    String json = trained();
    Tokenizer own = BpeTokenizer.parse(json);
    Tokenizer theirs = new HuggingFaceReader().read(json);
    assertThat(theirs.vocabularySize()).isEqualTo(own.vocabularySize());
    assertThat(theirs.endOfText()).isEqualTo(own.endOfText());
    for (String text : new String[] {TEXT, TEXT.repeat(200), "", " ", "\n\n x"}) {
      assertThat(theirs.encode(text)).isEqualTo(own.encode(text));
      assertThat(theirs.decode(own.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void readsWhatTflionItselfDoesNot() throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), WORD_PIECE);
    Tokenizer tokenizer = Tokenizers.read(file);
    assertThat(tokenizer.name()).isEqualTo("huggingface");
    assertThat(tokenizer.vocabularySize()).isEqualTo(4);
    assertThat(tokenizer.encode("Unseen CAT dog")).containsExactly(1, 2, 3, 0);
    assertThat(tokenizer.decode(new int[] {1, 2, 3})).isEqualTo("unseen cat");
    assertThat(tokenizer.endOfText()).isEmpty();
    Tokenizer again = Tokenizers.of(new TokenizerSpec("huggingface", WORD_PIECE));
    assertThat(again.encode("unseen")).containsExactly(1, 2);
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.decode(new int[] {4}));
  }

  /** The library cuts texts at 512 tokens unless it is told not to. */
  @Test
  void longTextsAreNotCut() {
    assertThat(new HuggingFaceReader().read(WORD_PIECE).encode("cat ".repeat(5000))).hasSize(5000);
  }

  @Test
  void refusesWhatNobodyReads() throws IOException {
    for (String wrong :
        new String[] {
          "", "{}", "[1]", WORD_PIECE.replace("WordPiece", "Unknown"), "{\"model\": 5}"
        }) {
      Path file = Files.writeString(folder.resolve("tokenizer.json"), wrong);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Tokenizers.read(file))
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }
  }
}
