package org.tflion.train.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.data.tokenizer.BpeTokenizer;
import org.tflion.train.data.tokenizer.BpeTrainer;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.TokenizerSpec;
import org.tflion.train.data.tokenizer.Tokenizers;
import org.tflion.train.data.tokenizer.WordCounts;

/** A tokenizer beside a model comes back as it left. */
class TokenizerFilesTest {

  private static final String TEXT = "low lower lowest, new newer newest";

  @TempDir private Path folder;

  @Test
  void bpeIsATokenizerJson() throws IOException {
    WordCounts counts = new WordCounts();
    counts.add(TEXT);
    Tokenizer bpe = BpeTokenizer.parse(new BpeTrainer(counts, 265).train(done -> {}));
    assertThat(TokenizerFiles.write(bpe, folder, 64)).isTrue();
    assertThat(TokenizerFiles.read(folder).encode(TEXT)).isEqualTo(bpe.encode(TEXT));
    assertThat(folder.resolve("tokenizer_config.json"))
        .content()
        .contains("\"model_max_length\" : 64", "\"eos_token\" : \"<|endoftext|>\"");
  }

  @ParameterizedTest
  @CsvSource({"byte,", "gpt2,", "char, ' ,elnorstw'"})
  void othersAreOurOwn(String name, String definition) throws IOException {
    Tokenizer tokenizer = Tokenizers.of(new TokenizerSpec(name, definition));
    assertThat(TokenizerFiles.write(tokenizer, folder, 64)).isFalse();
    Tokenizer again = TokenizerFiles.read(folder);
    assertThat(again.spec()).isEqualTo(tokenizer.spec());
    assertThat(again.encode(TEXT)).isEqualTo(tokenizer.encode(TEXT));
    assertThat(folder.resolve("tokenizer.json")).doesNotExist();
  }

  @Test
  void refusesAFolderWithoutOne() {
    assertThatThrownBy(() -> TokenizerFiles.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokenizer.json, unless --tokenizer names one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[]", "{}", "{'name':'char'}", "{'name':1}", "{'name':'java.lang.Runtime'}"})
  void refusesADamagedFile(String text) throws IOException {
    Path file = folder.resolve("tflion_tokenizer.json");
    Files.writeString(file, text.replace('\'', '"'));
    assertThatThrownBy(() -> TokenizerFiles.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": ");
  }

  /** What a token stands for, in bytes, adds up to the text. */
  @ParameterizedTest
  @CsvSource({"byte,", "gpt2,", "char, 'h\u00e9'"})
  void countsTheBytesOfATokensText(String name, String definition) {
    Tokenizer tokenizer = Tokenizers.of(new TokenizerSpec(name, definition));
    String text = "h\u00e9h\u00e9";
    int bytes = 0;
    for (int token : tokenizer.encode(text)) {
      bytes += tokenizer.bytes(token);
    }
    assertThat(bytes).isEqualTo(6);
  }
}
