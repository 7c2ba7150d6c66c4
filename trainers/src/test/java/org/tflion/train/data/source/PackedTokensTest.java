package org.tflion.train.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedTokensTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"1, 256", "2, 65536", "4, 2000000000"})
  void readsEveryWidthLowestByteFirst(int width, int vocabulary) throws IOException {
    int[] all = new SplittableRandom(width).ints(150_000, 0, vocabulary).toArray();
    all[0] = 0;
    all[1] = vocabulary - 1;
    Path file = write("a.bin", width, all);
    var tokens = new PackedTokens(FileBytes.open(List.of(file)), width, vocabulary, "a");
    assertThat(tokens.length()).isEqualTo(all.length);
    assertThat(read(tokens, 0, all.length)).isEqualTo(all);
    assertThat(read(tokens, 99_999, 7)).isEqualTo(Arrays.copyOfRange(all, 99_999, 100_006));
    tokens.check(Long.MAX_VALUE);
  }

  @Test
  void refusesATokenOutsideTheVocabularyWithItsPlace() throws IOException {
    int[] tokens = new int[100_000];
    tokens[70_123] = 50_257;
    Path first = write("a.bin", 2, 1, 2, 3);
    Path second = write("b.bin", 2, tokens);
    var packed = new PackedTokens(FileBytes.open(List.of(first, second)), 2, 50_257, "a");
    read(packed, 0, 70_126);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(packed, 70_120, 10))
        .withMessageStartingWith(
            "data.path: tokens must be below the tokenizer's 50257"
                + " (got 50257 at token 70123 of "
                + second
                + ")");
    assertThatIllegalArgumentException().isThrownBy(() -> packed.check(Long.MAX_VALUE));
  }

  @Test
  void aNumberAboveTheIntegersIsRefusedToo() throws IOException {
    Path file = write("a.bin", 4, 5, -1);
    var packed = new PackedTokens(FileBytes.open(List.of(file)), 4, 50_257, "a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> packed.check(1))
        .withMessageContaining("(got 4294967295 at token 1 of ");
  }

  @Test
  void aPartialCheckSeesTheFirstAndTheLastTokens() throws IOException {
    for (int at : new int[] {0, 999_999}) {
      int[] tokens = new int[1_000_000];
      tokens[at] = 9;
      Path file = write("a.bin", 2, tokens);
      var packed = new PackedTokens(FileBytes.open(List.of(file)), 2, 9, "a");
      assertThatIllegalArgumentException().isThrownBy(() -> packed.check(1 << 17));
    }
  }

  @Test
  void refusesAFileThatIsNoWholeNumberOfTokens() throws IOException {
    Path whole = write("a.bin", 2, 1, 2);
    Path odd = Files.write(folder.resolve("odd.bin"), new byte[7]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PackedTokens(FileBytes.open(List.of(whole, odd)), 2, 9, "a"))
        .withMessage("data.path: " + odd + " must hold tokens of 2 bytes each (got 7 bytes)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PackedTokens(FileBytes.open(List.of(odd)), 4, 9, "a"))
        .withMessageContaining("of 4 bytes");
  }

  private static int[] read(TokenSource source, long from, int count) {
    int[] into = new int[count];
    source.copy(from, into, 0, count);
    return into;
  }

  private Path write(String name, int width, int... tokens) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(width * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int token : tokens) {
      switch (width) {
        case 1 -> bytes.put((byte) token);
        case 2 -> bytes.putShort((short) token);
        default -> bytes.putInt(token);
      }
    }
    return Files.write(folder.resolve(name), bytes.array());
  }
}
