package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.ndarray.Shape;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Share;

class WindowTest {

  /** Along one axis of 24 rows, every number is its own place. */
  private static List<Long> rows(Window window) {
    List<Long> rows = new ArrayList<>();
    for (Window.Range range : window.ranges()) {
      LongStream.range(range.start(), range.start() + range.length()).forEach(rows::add);
    }
    return rows;
  }

  /** The same axis is cut by owners and by peers, into pieces that do not end where shares do. */
  @ParameterizedTest
  @CsvSource({"1, 2, 5", "3, 2, 5", "2, 3, 7", "3, 4, 1"})
  void windowsOfAShareAreItsRowsInTheirOrder(int groups, int peers, int owners) {
    Parameter matrix = Parameter.weight("matrix", Shape.of(24, 2), 1, "heads", "width");
    Partition partition = Partition.of(List.of(matrix), owners);
    int group = 24 / groups;
    int width = group / peers;
    List<Long> seen = new ArrayList<>();
    for (int slot = 0; slot < peers; slot++) {
      Long[] share = new Long[24 / peers];
      for (Partition.Part part : partition.parts("matrix")) {
        long start = part.piece().map(piece -> piece.start()).orElse(0L);
        for (Window window : Window.of(part, Share.cut(0, groups), slot, peers)) {
          List<Long> rows = rows(window);
          for (int i = 0; i < rows.size(); i++) {
            share[(int) window.at() + i] = start + rows.get(i);
          }
          assertThat(window.shape().get(0)).isEqualTo(rows.size());
        }
      }
      List<Long> expected = new ArrayList<>();
      for (int q = 0; q < groups; q++) {
        int first = q * group + slot * width;
        LongStream.range(first, first + width).forEach(expected::add);
      }
      assertThat(share).containsExactlyElementsOf(expected);
      seen.addAll(expected);
    }
    assertThat(seen).hasSize(24).doesNotHaveDuplicates();
  }

  /** Owners have rows, peers columns of two groups of six. */
  @ParameterizedTest
  @CsvSource({"0, '0 1 2 6 7 8'", "1, '3 4 5 9 10 11'"})
  void columnsOfEveryGroupLieSideBySide(int slot, String columns) {
    Parameter matrix = Parameter.weight("matrix", Shape.of(4, 12), 1, "width", "hidden");
    Partition partition = Partition.of(List.of(matrix), 2);
    Window window = Window.of(partition.parts("matrix").get(1), Share.cut(1, 2), slot, 2).get(0);
    assertThat(window.along()).isZero();
    assertThat(window.at()).isEqualTo(2);
    assertThat(window.shape()).isEqualTo(Shape.of(2, 6));
    assertThat(rows(window))
        .containsExactlyElementsOf(
            List.of(columns.split(" ", -1)).stream().map(Long::valueOf).toList());
  }
}
