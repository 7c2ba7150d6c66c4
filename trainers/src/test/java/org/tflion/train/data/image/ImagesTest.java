package org.tflion.train.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.data.Batch;
import org.tflion.train.data.Batches;
import org.tflion.train.data.Column;

class ImagesTest {

  @TempDir private Path folder;

  private static ImageConfig config(Path path, int shift) {
    return new ImageConfig(path.toString(), 0.2, shift, 0);
  }

  /** Picture i has pixels i, 50 + i, 100 + i, ..., and label i mod 5. */
  private Path numbered(int count) throws IOException {
    byte[] pixels = new byte[count * 4];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % 5);
      for (int p = 0; p < 4; p++) {
        pixels[4 * i + p] = (byte) (50 * p + i);
      }
    }
    Files.write(folder.resolve("n-images-idx3-ubyte"), IdxFolder.idx(pixels, count, 2, 2));
    Files.write(folder.resolve("n-labels-idx1-ubyte"), IdxFolder.idx(labels, count));
    return folder;
  }

  private static byte[] pixels(Batch batch) {
    return ((Column.Bytes) batch.get("pixels")).values();
  }

  @Test
  void anEpochHasEveryPictureOnceWithItsLabel() throws IOException {
    Batches train = Images.open(config(numbered(25), 0)).train(4, 3);
    int[] first = new int[20];
    int[] second = new int[20];
    for (int step = 0; step < 10; step++) {
      Batch batch = train.at(step);
      for (int row = 0; row < 4; row++) {
        int picture = pixels(batch)[4 * row];
        assertThat(Byte.toUnsignedInt(pixels(batch)[4 * row + 3])).isEqualTo(150 + picture);
        assertThat(batch.ints("labels")[row]).isEqualTo(picture % 5);
        (step < 5 ? first : second)[4 * step % 20 + row] = picture;
      }
    }
    assertThat(first).isNotEqualTo(second);
    int[] all = first.clone();
    Arrays.sort(all);
    Arrays.sort(second);
    assertThat(all).isEqualTo(second).startsWith(0, 1, 2).endsWith(18, 19).isNotEqualTo(first);
  }

  @Test
  void validationIsTheRestInOrder() throws IOException {
    Images images = Images.open(config(numbered(25), 1));
    Batches held = images.validation(2, 99);
    int[] seen = new int[6];
    for (int step = 0; step < 3; step++) {
      seen[2 * step] = pixels(held.at(step))[0];
      seen[2 * step + 1] = pixels(held.at(step))[4];
    }
    assertThat(seen).containsExactly(20, 21, 22, 23, 24, 20);
    assertThat(images.size().train()).isEqualTo(20);
    assertThat(images.size().validation()).isEqualTo(5);
    assertThat(images.baseline()).isEqualTo(Map.of("accuracy", 0.2));
  }

  @Test
  void isAFunctionOfSeedAndNumber() throws IOException {
    Images images = Images.open(config(numbered(25), 1));
    Batch late = images.train(4, 3).at(1_000_000);
    assertThat(images.train(4, 3).at(1_000_000)).usingRecursiveComparison().isEqualTo(late);
    assertThat(pixels(images.train(4, 4).at(1_000_000))).isNotEqualTo(pixels(late));
    assertThat(late.shape()).isEqualTo(images.train(4, 3).shape());
  }

  @Test
  void aShiftMovesAPictureAndFillsWithBlack() {
    Pictures pictures = new Pictures(3, 3, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, new byte[1]);
    assertThat(moved(pictures, 0, 0)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(moved(pictures, 1, 0)).containsExactly(0, 0, 0, 1, 2, 3, 4, 5, 6);
    assertThat(moved(pictures, -1, 1)).containsExactly(0, 4, 5, 0, 7, 8, 0, 0, 0);
    assertThat(moved(pictures, 0, -2)).containsExactly(3, 0, 0, 6, 0, 0, 9, 0, 0);
    assertThat(moved(pictures, 3, 0)).containsOnly(0);
    assertThat(moved(pictures, 0, 5)).containsOnly(0);
  }

  private static byte[] moved(Pictures pictures, int down, int right) {
    byte[] into = new byte[9];
    pictures.copy(0, into, 0, down, right);
    return into;
  }

  /** 1,200 pictures at 5 shifts of 2 directions: 48 each, with a standard deviation of 7. */
  @Test
  void shiftsAreOfAllSizesAlike() throws IOException {
    byte[] pixels = new byte[10 * 49];
    for (int i = 0; i < 10; i++) {
      pixels[49 * i + 24] = 1;
    }
    Files.write(folder.resolve("n-images-idx3-ubyte"), IdxFolder.idx(pixels, 10, 7, 7));
    Files.write(folder.resolve("n-labels-idx1-ubyte"), IdxFolder.idx(new byte[10], 10));
    byte[] all = pixels(Images.open(config(folder, 2)).train(1200, 1).at(0));
    int[] counts = new int[49];
    for (int i = 0; i < all.length; i++) {
      counts[i % 49] += all[i];
    }
    for (int place = 0; place < 49; place++) {
      boolean near = Math.abs(place / 7 - 3) <= 2 && Math.abs(place % 7 - 3) <= 2;
      assertThat(counts[place]).as("place %d", place).isBetween(near ? 18 : 0, near ? 78 : 0);
    }
  }

  @Test
  void refusesWhatIsNotThere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.open(new ImageConfig("", 0.1, 0, 0)))
        .withMessageContaining("name it with --data DIR (got no folder)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.open(config(folder, 0)))
        .withMessageStartingWith("data.path must be a folder with files *-images-idx3-ubyte.gz");
  }

  @Test
  void refusesLabelsThatDoNotFit() throws IOException {
    numbered(25);
    Files.write(folder.resolve("n-labels-idx1-ubyte"), IdxFolder.idx(new byte[24], 24));
    refused("labels must be as many as the 25 pictures");
    Files.delete(folder.resolve("n-labels-idx1-ubyte"));
    refused("must be beside it");
  }

  @Test
  void refusesDamagedFiles() throws IOException {
    numbered(25);
    Path images = folder.resolve("n-images-idx3-ubyte");
    byte[] good = Files.readAllBytes(images);
    for (int length : List.of(0, 3, 15, good.length - 1)) {
      Files.write(images, Arrays.copyOf(good, length));
      refused("must be a whole file (got one that is cut off or damaged)");
    }
    Files.write(images, Arrays.copyOf(good, good.length + 1));
    refused("must end after its values");
    Files.write(images, IdxFolder.idx(new byte[25], 25));
    refused("must be an idx file of bytes in 3 dimensions (got 0x00000801 in its first four");
    Files.write(images, IdxFolder.idx(new byte[0], 1 << 20, 1 << 20, 1 << 20));
    refused("must have sizes above 0 and fewer than 2^31 values");
    Files.delete(images);
    Path zipped = folder.resolve("n-images-idx3-ubyte.gz");
    Files.move(folder.resolve("n-labels-idx1-ubyte"), folder.resolve("n-labels-idx1-ubyte.gz"));
    byte[] zip = IdxFolder.zipped(good);
    zip[zip.length - 5] ^= 1;
    Files.write(zipped, zip);
    refused("cut off or damaged");
    Files.write(zipped, good);
    refused("cut off or damaged");
  }

  private void refused(String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Images.open(config(folder, 0)))
        .withMessageContaining(sentence);
  }

  @Test
  void readsTheDigitsOfMnist() {
    Path data = Path.of("../../shared/data");
    assumeTrue(
        Files.exists(data.resolve("mnist-t10k-images-idx3-ubyte.gz")),
        "needs the 10,000 digits of MNIST at ../shared/data of the checkout");
    Images images = Images.open(new ImageConfig(data.toString(), 0.1, 0, 0));
    assertThat(images.size().train()).isEqualTo(9000);
    assertThat(images.size().validation()).isEqualTo(1000);
    assertThat(images.picture()).containsExactly(28, 28);
    assertThat(images.largestLabel()).isEqualTo(9);
    // The file begins with a 7 and ends with 1, 2, 3, 4, 5, 6.
    int[] last = images.validation(1000, 0).at(0).ints("labels");
    assertThat(Arrays.copyOfRange(last, 994, 1000)).containsExactly(1, 2, 3, 4, 5, 6);
  }
}
