package org.tflion.train.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBytesTest {

  private static final int[] SIZES = {13, 0, 1, 64, 0, 7, 30};

  @TempDir private Path folder;

  @Test
  void readsEveryRangeAcrossFiles() throws IOException {
    byte[] all = random(3, Arrays.stream(SIZES).sum());
    List<Path> files = new ArrayList<>();
    int start = 0;
    for (int size : SIZES) {
      files.add(write("part" + files.size(), Arrays.copyOfRange(all, start, start + size)));
      start += size;
    }
    FileBytes bytes = FileBytes.open(files);
    assertThat(bytes.length()).isEqualTo(all.length);
    assertThat(bytes.starts()).containsExactly(0, 13, 14, 78, 85, 115);
    for (int from = 0; from <= all.length; from++) {
      for (int count = 0; from + count <= all.length; count++) {
        byte[] into = new byte[count + 2];
        bytes.read(from, into, 1, count);
        byte[] expected = new byte[count + 2];
        System.arraycopy(all, from, expected, 1, count);
        assertThat(into).isEqualTo(expected);
      }
    }
  }

  @Test
  void readsLargeFilesFromTheDisk() throws IOException {
    byte[] all = random(4, 200_000);
    Path file = write("large", all);
    FileBytes bytes = FileBytes.open(List.of(file, write("small", new byte[] {1, 2}), file));
    byte[] into = new byte[200_002];
    bytes.read(100_000, into, 0, into.length);
    assertThat(Arrays.copyOf(into, 100_000)).isEqualTo(Arrays.copyOfRange(all, 100_000, 200_000));
    assertThat(Arrays.copyOfRange(into, 100_000, 100_002)).containsExactly(1, 2);
    assertThat(Arrays.copyOfRange(into, 100_002, 200_002)).isEqualTo(Arrays.copyOf(all, 100_000));
  }

  /** A mapping of such a file would end the process. */
  @Test
  void aFileThatShrinksOrGoesIsAnError() throws IOException {
    Path file = write("large", new byte[200_000]);
    FileBytes bytes = FileBytes.open(List.of(file));
    byte[] into = new byte[10];
    Files.write(file, new byte[100_000]);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> bytes.read(0, into, 0, 10))
        .withMessageContaining(file + " had 200000 bytes when it was opened and has 100000 now");
    Files.delete(file);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> bytes.read(0, into, 0, 10));
    Files.write(file, new byte[300_000]);
    bytes.read(199_990, into, 0, 10);
  }

  @Test
  void slicesShiftAndShorten() throws IOException {
    int[] all = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    FileBytes bytes =
        FileBytes.open(List.of(write("ten", new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})));
    for (TokenSource source :
        List.of(new PackedTokens(bytes, 1, 256, "ten"), new TokenArray(all))) {
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
        .isThrownBy(() -> FileBytes.open(List.of(gone)))
        .withMessage("data.path: cannot read " + gone + " (it is gone)");
  }

  private static byte[] random(int seed, int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }
}
