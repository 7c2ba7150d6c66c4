package org.tflion.train.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentsTest {

  /** Documents of 3, 1 and 4 tokens; 9 ends each. */
  private static final int[] TOKENS = {1, 2, 9, 9, 3, 4, 5, 9};

  private static final int[] DOCUMENT = {0, 0, 0, 1, 2, 2, 2, 2};

  private final TokenSource plain = new TokenArray(TOKENS);

  @Test
  void everyRangeCountsItsDocumentsFromZero() {
    TokenSource listed = new Documents(plain, new long[] {3, 4, 8});
    TokenSource marked = new MarkedDocuments(plain, 9);
    for (TokenSource source : List.of(listed, marked)) {
      for (int from = 0; from < TOKENS.length; from++) {
        for (int count = 1; from + count <= TOKENS.length; count++) {
          int first = DOCUMENT[from];
          int[] expected =
              Arrays.stream(DOCUMENT, from, from + count)
                  .map(document -> document - first)
                  .toArray();
          assertThat(segments(source, from, count)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aSliceKeepsTheDocuments() {
    TokenSource slice = new TokenSlice(new Documents(plain, new long[] {3, 4, 8}), 2, 6, "slice");
    assertThat(slice.separates()).isTrue();
    assertThat(segments(slice, 0, 4)).containsExactly(0, 1, 2, 2);
    assertThat(segments(slice, 1, 2)).containsExactly(0, 1);
  }

  @Test
  void plainTokensAreOneDocument() {
    assertThat(plain.separates()).isFalse();
    assertThat(segments(plain, 0, 8)).containsOnly(0);
  }

  @Test
  void refusesEndsThatDoNotFit() {
    for (long[] ends : new long[][] {{}, {3}, {3, 3, 8}, {0, 8}, {9}, {4, 3, 8}}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Documents(plain, ends));
    }
  }

  private static int[] segments(TokenSource source, int from, int count) {
    int[] into = new int[count + 2];
    source.segments(from, into, 1, count);
    return Arrays.copyOfRange(into, 1, count + 1);
  }
}
