package org.tflion.discovery.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.task.Hurdle;
import org.tflion.discovery.task.Quadratic;
import org.tflion.discovery.task.Task;
import org.tflion.discovery.task.Training;
import org.tflion.discovery.task.TrainingTask;

class ProxyTaskTest {

  private static final Path DATA = Path.of("../../shared/data");

  @TempDir private Path dir;

  @Test
  void adamwLearnsRealDigits() throws IOException {
    assumeTrue(Files.exists(DATA), "../shared/data is absent, so real digits are not tested");
    Task digits = ProxyTask.digits(DATA, 1);
    // A guess costs log(10) = 2.3; forty to eighty steps of AdamW learn part of that.
    assertThat(digits.fitness(PaperProgram.ADAMW.program())).isBetween(-2.2, -0.3);
    assertThat(digits.name())
        .isEqualTo(
            "standardised digits-x1 [49-16-10 for 40 steps, 49-8-10 for 80 steps,"
                + " 196-8-10 for 40 steps, 49-32-10 for 40 steps]/12 trainings");
  }

  @Test
  void adamwLearnsRealText() throws IOException {
    assumeTrue(Files.exists(DATA), "../shared/data is absent, so real text is not tested");
    Task text = ProxyTask.text(DATA.resolve("tinyshakespeare.txt"), 1);
    // An untrained network stands at log(65) = 4.2, the entropy of single bytes is 3.3.
    assertThat(text.fitness(PaperProgram.ADAMW.program())).isBetween(-4.1, -2.5);
  }

  /** The trainings elsewhere are others than those of fitness and of the held-out measure. */
  @Test
  void trainsElsewhereFromOtherSeeds() {
    Set<Integer> seeds = ConcurrentHashMap.newKeySet();
    IntFunction<Training> trainings =
        seed -> {
          seeds.add(seed);
          return new Training(new Quadratic(4), 2);
        };
    var task = new TrainingTask("bowl", trainings, 3, Hurdle.NONE);
    Program lion = PaperProgram.LION.program();
    task.fitness(lion);
    task.heldOut(lion);
    assertThat(seeds).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    seeds.clear();
    TrainingTask elsewhere = task.elsewhere(2);
    elsewhere.fitness(lion);
    elsewhere.heldOut(lion);
    assertThat(seeds).containsExactlyInAnyOrder(6, 7, 8, 9);
    assertThat(elsewhere.name()).isEqualTo("bowl elsewhere/2 trainings");
  }

  @Test
  void readsAndPoolsDigits() throws IOException {
    writeDigits(40, 2);
    Digits digits = Digits.read(dir, 2, 4);
    float[][] inputs = new float[4][1];
    int[] labels = new int[4];
    digits.fill(Split.TEST, 0, inputs, labels);
    // The test split is images 36 to 39; image i holds four pixels of value i.
    assertThat(inputs[1][0]).isEqualTo(37 / 255f);
    assertThat(labels).containsExactly(6, 7, 8, 9);
    digits.fill(Split.VALIDATION, 0, inputs, labels);
    assertThat(labels).containsExactly(2, 3, 4, 5);
  }

  @Test
  void standardisesByWhatIsNotTested() {
    // Forty images of two pixels; those of the test split are far off and must not count.
    float[][] images = new float[40][];
    for (int i = 0; i < 40; i++) {
      images[i] = i < 36 ? new float[] {i % 2, 5 + 3 * (i % 2)} : new float[] {1000, 1000};
    }
    Digits digits = new Digits(images, new int[40], 4).standardised();
    // Deviations from the means 0.5 and 6.5 are 0.5 and 1.5 everywhere: together sqrt(1.25).
    float[][] inputs = new float[4][2];
    digits.fill(Split.VALIDATION, 0, inputs, new int[4]);
    float unit = (float) Math.sqrt(1.25);
    assertThat(inputs[0]).containsExactly(new float[] {-0.5f / unit, -1.5f / unit}, within(1e-6f));
    assertThat(inputs[1]).containsExactly(new float[] {0.5f / unit, 1.5f / unit}, within(1e-6f));
    digits.fill(Split.TEST, 0, inputs, new int[4]);
    assertThat(inputs[0][0]).isCloseTo(999.5f / unit, within(1e-3f));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 20, 60})
  void refusesFilesCutShort(int bytes) throws IOException {
    writeDigits(40, 2);
    Path file = dir.resolve("mnist-t10k-images-idx3-ubyte.gz");
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), bytes));
    assertThatThrownBy(() -> Digits.read(dir, 2, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be a whole IDX file compressed by gzip");
  }

  @Test
  void splitsTextInOrder() {
    byte[] bytes =
        "a"
            .repeat(1_800)
            .concat("b".repeat(100))
            .concat("c".repeat(100))
            .getBytes(StandardCharsets.US_ASCII);
    var text = new Text(bytes, 4, 3);
    assertThat(text.classes()).isEqualTo(3);
    for (Split split : Split.values()) {
      float[][] inputs = new float[12][1];
      int[] labels = new int[12];
      text.fill(split, 5, inputs, labels);
      int expected = List.of(Split.values()).indexOf(split);
      assertThat(labels).containsOnly(expected);
      assertThat(inputs).isDeepEqualTo(filled(expected));
    }
  }

  private static float[][] filled(float value) {
    float[][] rows = new float[12][1];
    for (float[] row : rows) {
      row[0] = value;
    }
    return rows;
  }

  @Test
  void refusesSizesThatDoNotFit() throws IOException {
    writeDigits(40, 2);
    assertThatThrownBy(() -> Digits.read(dir, 3, 4)).hasMessageContaining("pooling must divide");
    assertThatThrownBy(() -> Digits.read(dir, 2, 5)).hasMessageContaining("must fill a batch");
    assertThatThrownBy(() -> ProxyTask.digits(dir, 7)).hasMessageContaining("1, 10 or 100 (got 7)");
    assertThatThrownBy(() -> new TransformerConfig(1, 5, 2, 8))
        .hasMessageContaining("heads must divide width");
    assertThatThrownBy(() -> new Text(new byte[100], 5, 1))
        .hasMessageContaining("longer than a context");
  }

  private void writeDigits(int count, int side) throws IOException {
    byte[] images = new byte[count * side * side];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      java.util.Arrays.fill(images, i * side * side, (i + 1) * side * side, (byte) i);
      labels[i] = (byte) (i % 10);
    }
    write("mnist-t10k-images-idx3-ubyte.gz", images, count, side, side);
    write("mnist-t10k-labels-idx1-ubyte.gz", labels, count);
  }

  private void write(String name, byte[] bytes, int... dimensions) throws IOException {
    var buffer = new ByteArrayOutputStream();
    try (var out = new java.io.DataOutputStream(new GZIPOutputStream(buffer))) {
      out.writeInt(0x0800 + dimensions.length);
      for (int dimension : dimensions) {
        out.writeInt(dimension);
      }
      out.write(bytes);
    }
    Files.write(dir.resolve(name), buffer.toByteArray());
  }
}
