package org.tflion.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {

  private static final String DATA = "tensors.data-00000-of-00001";

  @TempDir private Path folder;

  private Checkpoints checkpoints() {
    return new Checkpoints(folder, 2);
  }

  private static Manifest manifest(long step) {
    return new Manifest(
        Manifest.FORMAT_VERSION, step, "a: \"b\"\n", "char", "\nab\u00e9", "0123", List.of());
  }

  private Path save(long step) {
    return checkpoints().save(manifest(step), prefix -> writeBundle(prefix, "weights of " + step));
  }

  private static void writeBundle(Path prefix, String content) {
    try {
      Files.writeString(Path.of(prefix + ".index"), "index");
      Files.writeString(Path.of(prefix + ".data-00000-of-00001"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> checkpoints().latest())
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Checkpoint: " + folder)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n");
  }

  @Test
  void readsBackWhatItSaved() {
    Path target = save(7);
    Checkpoint checkpoint = checkpoints().latest().orElseThrow();
    assertThat(checkpoint.folder()).isEqualTo(target).isEqualTo(folder.resolve("step-7"));
    assertThat(checkpoint.bundle()).isEqualTo(target.resolve("tensors"));
    Manifest read = checkpoint.manifest();
    assertThat(read).isEqualTo(manifest(7).withFiles(read.files()));
    assertThat(read.files())
        .extracting(Manifest.Entry::name, Manifest.Entry::size)
        .containsExactly(tuple(DATA, 12L), tuple("tensors.index", 5L));
  }

  @Test
  void isEmptyBeforeTheFirstSave() {
    assertThat(checkpoints().latest()).isEmpty();
    assertThat(new Checkpoints(folder.resolve("nowhere"), 1).latest()).isEmpty();
  }

  @Test
  void keepsTheNewestByNumberAndNotByName() throws IOException {
    for (long step : new long[] {8, 9, 10, 100}) {
      save(step);
    }
    assertThat(names()).containsExactly("latest", "step-10", "step-100");
    assertThat(folder.resolve("latest")).hasContent("step-100");
  }

  @Test
  void neverDropsTheOneItHasJustSaved() throws IOException {
    save(20);
    save(30);
    save(10);
    assertThat(names()).containsExactly("latest", "step-10", "step-20", "step-30");
    assertThat(checkpoints().latest().orElseThrow().manifest().step()).isEqualTo(10);
  }

  /** While it writes, the older checkpoint is whole and named, and the new one has no name. */
  @Test
  void writesBesideTheOlderCheckpoint() throws IOException {
    save(1);
    checkpoints()
        .save(
            manifest(2),
            prefix -> {
              assertThat(prefix).isEqualTo(folder.resolve(".unfinished").resolve("tensors"));
              assertThat(checkpoints().latest().orElseThrow().manifest().step()).isEqualTo(1);
              assertThat(folder.resolve("step-2")).doesNotExist();
              writeBundle(prefix, "two");
            });
    assertThat(names()).containsExactly("latest", "step-1", "step-2");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aFailedSaveLeavesTheOlderCheckpointAndIsClearedByTheNext(long failing) throws IOException {
    save(1);
    IllegalStateException full = new IllegalStateException("disk full\nat line 7");
    assertThatThrownBy(
            () ->
                checkpoints()
                    .save(
                        manifest(failing),
                        prefix -> {
                          writeBundle(prefix, "half");
                          throw full;
                        }))
        .isInstanceOf(CheckpointException.class)
        .hasCause(full)
        .hasMessageStartingWith(
            "Checkpoint: "
                + folder.resolve("step-" + failing)
                + " could not be written (IllegalStateException: disk full; bytes free on its disk: ")
        .hasMessageMatching(".*disk: [1-9][0-9]*\\), the newest complete checkpoint is kept");
    Files.writeString(folder.resolve(".unfinished").resolve("left"), "over");
    assertThat(checkpoints().latest().orElseThrow().manifest().step()).isEqualTo(1);
    Path target = save(2);
    assertThat(names()).containsExactly("latest", "step-1", "step-2");
    assertThat(target.resolve("left")).doesNotExist();
  }

  /** As after a stop between the rename of the folder and that of the pointer. */
  @Test
  void savesAStepAnew() throws IOException {
    save(1);
    Path target = save(2);
    Files.writeString(folder.resolve("latest"), "step-1");
    Files.writeString(target.resolve("stale"), "file");
    checkpoints().save(manifest(2), prefix -> writeBundle(prefix, "other weights"));
    assertThat(target.resolve(DATA)).hasContent("other weights");
    assertThat(target.resolve("stale")).doesNotExist();
    assertThat(checkpoints().latest().orElseThrow().manifest().step()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {DATA, "tensors.index"})
  void refusesAFlippedByte(String name) throws IOException {
    Path file = save(3).resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertRefused(file + " is damaged: its SHA-256 is not the one it was saved with");
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    Path file = save(3).resolve(DATA);
    Files.writeString(file, "weights");
    assertRefused(file + " is damaged: it must be 12 bytes long (got 7)");
  }

  @ParameterizedTest
  @ValueSource(strings = {DATA, "tensors.index", "manifest.json"})
  void refusesAMissingFile(String name) throws IOException {
    Path file = save(3).resolve(name);
    Files.delete(file);
    assertRefused(file + " is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "null", "[]", "7", "{}", "\u0000\u0000", "{\"format_version\": 1}"})
  void refusesWhatIsNoManifest(String content) throws IOException {
    Path file = save(3).resolve("manifest.json");
    Files.writeString(file, content);
    assertRefused(file + " is damaged: it is not a manifest");
  }

  @ParameterizedTest
  @CsvSource({
    "\"format_version\":1, \"format_version\":2, must have format version 1 (got 2)",
    "\"step\":3, \"step\":4, is damaged: it is of step 4",
    "tensors.index, ../index, is damaged: it is not a manifest",
    "tensors.index, /etc/passwd, is damaged: it is not a manifest",
    "tensors.index, .., is damaged: it is not a manifest",
    "tensors.index, other, is damaged: it does not list tensors.index",
    "\"files\", \"other\", is damaged: it is not a manifest",
    "\"data_fingerprint\", \"other\", is damaged: it is not a manifest",
  })
  void refusesAWrongManifest(String part, String changed, String reason) throws IOException {
    Path file = save(3).resolve("manifest.json");
    String text = Files.readString(file);
    assertThat(text).contains(part);
    Files.writeString(file, text.replace(part, changed));
    assertRefused(file + " " + reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "step-", "step-x", "../step-3", "step-3/..", "\u00ff\u0000", "step--3"})
  void refusesAPointerToNoStep(String content) throws IOException {
    save(3);
    Files.write(folder.resolve("latest"), content.getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(folder.resolve("latest") + " must name a folder step-N");
  }

  @Test
  void namesTheNewestStepWhereThePointerIsMissing() throws IOException {
    save(9);
    save(10);
    Files.delete(folder.resolve("latest"));
    assertThat(checkpoints().isEmpty()).isFalse();
    assertRefused(
        folder.resolve("latest") + " is missing; it must contain",
        "the newest folder beside it, step-10");
  }

  @Test
  void isEmptyUntilAStepHasItsName() throws IOException {
    assertThat(checkpoints().isEmpty()).isTrue();
    Files.createDirectories(folder.resolve(".unfinished"));
    assertThat(checkpoints().isEmpty()).isTrue();
    save(1);
    assertThat(checkpoints().isEmpty()).isFalse();
  }

  @Test
  void refusesAPointerToNowhere() throws IOException {
    save(3);
    Files.writeString(folder.resolve("latest"), "step-4");
    assertRefused(folder.resolve("step-4").resolve("manifest.json") + " is missing");
  }

  @Test
  void refusesWhatCannotBeRead() throws IOException {
    save(3);
    Files.delete(folder.resolve("latest"));
    Files.createDirectory(folder.resolve("latest"));
    assertRefused(" must be readable");
  }
}
