package org.tflion.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedTextTest {

  private static final int ROWS = 50;
  private static final int CONTEXT = 40;

  /** 15 % of 40. */
  private static final int HOLES = 6;

  private static final int BATCHES = 100;
  private static final double ALL = (double) ROWS * HOLES * BATCHES;

  @TempDir private Path folder;
  private Corpus corpus;

  /** 20,000 bytes of 16 letters, the first of them in every other place. */
  @BeforeEach
  void write() throws IOException {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      text.append('a').append((char) ('b' + random.nextInt(15)));
    }
    Path file = Files.writeString(folder.resolve("text.txt"), text);
    corpus = Corpus.open(DataConfig.text(file.toString(), List.of("*.txt"), "char", 0.1));
  }

  private MaskedText masked() {
    return new MaskedText(corpus, CONTEXT);
  }

  @Test
  void masksFifteenPercentAndReplacesTenInTheWayOfThePaper() {
    int hole = MaskedText.hole(corpus.tokenizer());
    Batches batches = masked().train(ROWS, 1);
    Batches whole = corpus.train(ROWS, CONTEXT - 1, 1);
    double[] kinds = new double[3];
    int[] places = new int[CONTEXT];
    for (int step = 0; step < BATCHES; step++) {
      Batch batch = batches.at(step);
      int[] tokens = batch.ints("tokens");
      int[] before = whole.at(step).ints("tokens");
      for (int i = 0; i < batch.ints("positions").length; i++) {
        int at = i / HOLES * CONTEXT + batch.ints("positions")[i];
        places[batch.ints("positions")[i]]++;
        assertThat(batch.ints("targets")[i]).isEqualTo(before[at]);
        kinds[tokens[at] == hole ? 0 : tokens[at] == before[at] ? 1 : 2]++;
        before[at] = tokens[at];
      }
      assertThat(tokens).as("all other places").isEqualTo(before);
    }
    // Of 30,000 the standard deviation of a share is at most 0.003; 5 of them, and one in 16 of the
    // random ones is by chance what was there: half of the tokens are one letter of 16.
    assertThat(kinds[0] / ALL).isCloseTo(0.8, within(0.0115));
    assertThat(kinds[1] / ALL).isCloseTo(0.1 + 0.1 / 16, within(0.009));
    assertThat(kinds[2] / ALL).isCloseTo(0.1 - 0.1 / 16, within(0.009));
    // 750 at each place, with a standard deviation of about 26.
    assertThat(Arrays.stream(places).boxed().toList())
        .allSatisfy(n -> assertThat(n).isBetween(600, 900));
  }

  @Test
  void holesAreAtDifferentPlacesInOrder() {
    int[] positions = masked().train(ROWS, 1).at(7).ints("positions");
    for (int row = 0; row < ROWS; row++) {
      int[] own = Arrays.copyOfRange(positions, row * HOLES, (row + 1) * HOLES);
      assertThat(own).doesNotHaveDuplicates();
      assertThat(Arrays.stream(own).boxed().toList()).isSorted();
    }
  }

  @Test
  void isAFunctionOfSeedAndNumber() {
    Batch late = masked().train(ROWS, 1).at(1_000_000);
    assertThat(masked().train(ROWS, 1).at(1_000_000)).usingRecursiveComparison().isEqualTo(late);
    assertThat(masked().train(ROWS, 2).at(1_000_000).ints("positions"))
        .isNotEqualTo(late.ints("positions"));
    assertThat(masked().train(ROWS, 1).at(1_000_001).ints("positions"))
        .isNotEqualTo(late.ints("positions"));
    assertThat(late.shape()).isEqualTo(masked().train(ROWS, 1).shape());
    assertThat(masked().train(ROWS, 1).perRow()).isEqualTo(CONTEXT);
  }

  @Test
  void theBaselineIsHowCommonTheCommonestTokenIs() {
    assertThat(masked().baseline()).isEqualTo(Map.of("accuracy", 0.5));
  }

  @Test
  void aRowHasAtLeastOneHole() {
    MaskedText shortest = new MaskedText(corpus, 2);
    assertThat(shortest.train(3, 1).at(0).ints("positions")).hasSize(3);
    assertThatIllegalArgumentException().isThrownBy(() -> new MaskedText(corpus, 1));
  }
}
