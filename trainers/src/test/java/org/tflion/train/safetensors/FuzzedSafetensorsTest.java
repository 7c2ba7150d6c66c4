package org.tflion.train.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file of tensors or its index holds, it is read or refused in one sentence. */
class FuzzedSafetensorsTest {

  private static final int ROUNDS = 2000;

  private static final List<String> HOSTILE =
      List.of(
          "null",
          "{}",
          "[]",
          "-1",
          "0",
          "4",
          "2147483647",
          "9223372036854775807",
          "9223372036854775808",
          "1e400",
          "\"F64\"",
          "\"../../etc/passwd.safetensors\"",
          "\"/etc/passwd\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "[4611686018427387904,2]",
          "[0,9223372036854775807]",
          "[".repeat(5000),
          "{\"a\":".repeat(5000),
          "\"" + "x".repeat(100_000) + "\"",
          "9".repeat(5000),
          "\u0000");

  private final SplittableRandom random = new SplittableRandom(20260103);

  @TempDir private Path folder;

  @BeforeEach
  void save() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put("first", List.of(2L, 3L));
    shapes.put("second", List.of(4L));
    shapes.put("third", List.of(0L));
    shapes.put("fourth", List.of(2L));
    new TensorFolderWriter(folder, 40)
        .write(shapes, name -> new float[elements(shapes.getOrDefault(name, List.of()))]);
  }

  private static int elements(List<Long> shape) {
    return (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  /** Bytes that change, go, come, or a length that lies. */
  @Test
  void aMutatedFileIsReadOrRefused() throws IOException {
    Path file = folder.resolve("model-00001-of-00002.safetensors");
    byte[] whole = Files.readAllBytes(file);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = random.nextInt(4) == 0 ? mutatedBytes(whole) : mutatedHeader(whole);
      Files.write(file, bytes);
      refused += isRefused(bytes) ? 1 : 0;
    }
    // A fuzz that hardly ever hits, or breaks everything, would prove little.
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - ROUNDS / 50);
  }

  @Test
  void aMutatedIndexIsReadOrRefused() throws IOException {
    Path file = folder.resolve("model.safetensors.index.json");
    String whole = Files.readString(file);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutated(whole).getBytes(StandardCharsets.UTF_8);
      Files.write(file, bytes);
      refused += isRefused(bytes) ? 1 : 0;
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - ROUNDS / 50);
  }

  /** Reads all that there is; whatever is read lies in the files, so no array outgrows them. */
  private boolean isRefused(byte[] what) {
    try (TensorFolder read = TensorFolder.open(folder)) {
      for (StoredTensor tensor : read.tensors().values()) {
        if (tensor.type().isFloat32OrLess()) {
          assertThat(read.floats(tensor.name())).hasSizeLessThanOrEqualTo(what.length + 100);
        }
      }
      return false;
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      assertThat(message).contains(folder.toString()).hasSizeLessThan(1000);
      assertThat(message).doesNotContain("\n", "\0", "tools.jackson", "java.");
      return true;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError(
          "not refused but thrown at: " + new String(what, StandardCharsets.ISO_8859_1), e);
    }
  }

  private byte[] mutatedBytes(byte[] whole) {
    byte[] bytes =
        Arrays.copyOf(whole, random.nextInt(3) == 0 ? random.nextInt(300) : whole.length);
    for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  /** A header that somebody has changed on purpose, with the length that fits. */
  private byte[] mutatedHeader(byte[] whole) {
    ByteBuffer in = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) in.getLong();
    String text = new String(whole, 8, length, StandardCharsets.UTF_8);
    byte[] header = mutated(text).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + header.length + whole.length - 8 - length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(whole, 8 + length, whole.length - 8 - length)
        .array();
  }

  private String mutated(String text) {
    StringBuilder changed = new StringBuilder(text);
    int at = random.nextInt(changed.length() + 1);
    switch (random.nextInt(6)) {
      case 0 -> changed.insert(at, hostile());
      case 1 -> changed.insert(at, (char) random.nextInt(128));
      case 2 -> changed.delete(at, Math.min(changed.length(), at + 1 + random.nextInt(30)));
      case 3 -> changed.setLength(at);
      default -> replaceValue(changed, at);
    }
    return changed.toString();
  }

  /** Puts something else in the place of a value. */
  private void replaceValue(StringBuilder text, int at) {
    int colon = text.indexOf(":", at);
    int end = colon < 0 ? -1 : text.indexOf(",", colon);
    if (end > 0) {
      text.replace(colon + 1, end, hostile());
    }
  }

  private String hostile() {
    return HOSTILE.get(random.nextInt(HOSTILE.size()));
  }
}
