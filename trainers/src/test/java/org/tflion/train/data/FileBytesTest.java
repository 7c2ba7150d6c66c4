package org.tflion.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileBytesTest {

  private static final int[] SIZES = {13, 0, 1, 64, 0, 7, 30};

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"7, 0", "13, 0", "1, 0", "1000, 0", "16, 20", "1000, 1000"})
  void readsEveryRangeAcrossFilesAndWindows(long largest, long copied) throws IOException {
    int[] all = new SplittableRandom(3).ints(Arrays.stream(SIZES).sum(), 0, 256).toArray();
    FileBytes bytes = FileBytes.open(files(all), new FileBytes.Windows(largest, copied));
    assertThat(bytes.length()).isEqualTo(all.length);
    for (int from = 0; from <= all.length; from++) {
      for (int count = 0; from + count <= all.length; count++) {
        int[] into = new int[count + 2];
        bytes.copy(from, into, 1, count);
        int[] expected = new int[count + 2];
        System.arraycopy(all, from, expected, 1, count);
        assertThat(into).isEqualTo(expected);
      }
    }
  }

  @Test
  void mapsAFileLargerThanItsWindowWithTheDefaultRule() throws IOException {
    int[] all = new SplittableRandom(4).ints(200_000, 0, 256).toArray();
    Path file = write("large", all, 0, all.length);
    FileBytes bytes = FileBytes.open(List.of(file, file), FileBytes.Windows.DEFAULT);
    int[] into = new int[all.length];
    bytes.copy(100_000, into, 0, all.length);
    assertThat(Arrays.copyOf(into, 100_000)).isEqualTo(Arrays.copyOfRange(all, 100_000, 200_000));
    assertThat(Arrays.copyOfRange(into, 100_000, 200_000)).isEqualTo(Arrays.copyOf(all, 100_000));
  }

  @Test
  void slicesShiftAndShorten() throws IOException {
    int[] all = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    FileBytes bytes = FileBytes.open(List.of(write("ten", all, 0, 10)), FileBytes.Windows.DEFAULT);
    for (TokenSource source : List.of(bytes, new TokenArray(all))) {
      TokenSource inner = new TokenSlice(new TokenSlice(source, 2, 9, "outer"), 1, 4, "inner");
      int[] into = new int[3];
      inner.copy(0, into, 0, 3);
      assertThat(inner.length()).isEqualTo(3);
      assertThat(into).containsExactly(3, 4, 5);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> inner.copy(1, into, 0, 3));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> new TokenSlice(inner, 0, 4, "longer"));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> source.copy(8, new int[9], 0, 3));
    }
  }

  @Test
  void namesAFileThatCannotBeRead() {
    Path gone = folder.resolve("gone");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FileBytes.open(List.of(gone), FileBytes.Windows.DEFAULT))
        .withMessage("data.path: cannot read " + gone + " (it is gone)");
  }

  private List<Path> files(int[] all) throws IOException {
    List<Path> files = new ArrayList<>();
    int from = 0;
    for (int size : SIZES) {
      files.add(write("part" + files.size(), all, from, size));
      from += size;
    }
    return files;
  }

  private Path write(String name, int[] all, int from, int size) throws IOException {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) all[from + i];
    }
    return Files.write(folder.resolve(name), bytes);
  }
}
