package org.tflion.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read back, what is refused, and what is taken instead. */
class CheckpointsTest {

  private static final String DATA = Saved.DATA;

  @TempDir private Path folder;
  private Saved saved;

  @BeforeEach
  void open() {
    saved = new Saved(folder);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> saved.checkpoints().newest())
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Checkpoint: " + folder)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n");
  }

  private void assertTakenInstead(long step, String fault) {
    Checkpoints.Found found = saved.checkpoints().newest().orElseThrow();
    assertThat(found.checkpoint().manifest().step()).isEqualTo(step);
    assertThat(found.warnings())
        .containsExactly("Checkpoint: " + fault + "; taking step " + step + " instead");
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void readsBackWhatItSaved() {
    Path target = saved.save(7);
    Checkpoint checkpoint = saved.checkpoints().newest().orElseThrow().checkpoint();
    assertThat(checkpoint.folder()).isEqualTo(target).isEqualTo(folder.resolve("step-7"));
    assertThat(checkpoint.bundle()).isEqualTo(target.resolve("tensors"));
    Manifest read = checkpoint.manifest();
    assertThat(read).isEqualTo(Saved.manifest(7).withFiles(read.files()));
    assertThat(read.files())
        .extracting(Manifest.FileEntry::name, Manifest.FileEntry::size)
        .containsExactly(tuple(DATA, 12L), tuple("tensors.index", 5L));
  }

  @Test
  void isEmptyUntilAStepHasItsName() throws IOException {
    assertThat(saved.checkpoints().newest()).isEmpty();
    assertThat(new Checkpoints(folder.resolve("nowhere")).newest()).isEmpty();
    Files.createDirectories(folder.resolve(".unfinished"));
    assertThat(saved.checkpoints().isEmpty()).isTrue();
    saved.save(1);
    assertThat(saved.checkpoints().isEmpty()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {DATA, "tensors.index"})
  void namesAFlippedBitAndTakesTheOneBefore(String name) throws IOException {
    saved.save(2);
    Path file = saved.save(3).resolve(name);
    flip(file, (int) Files.size(file) - 1);
    String fault = file + " is damaged: its SHA-256 is not the one it was saved with";
    assertTakenInstead(2, fault);
    Files.delete(folder.resolve("step-2/manifest.json"));
    assertRefused(fault + "; no older one is good either");
  }

  /** Every bit of the manifest counts: one of them is the learning rate. */
  @Test
  void namesAFlippedBitAnywhereInTheManifest() throws IOException {
    saved.save(2);
    Path file = saved.save(3).resolve("manifest.json");
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      flip(file, at);
      assertTakenInstead(
          2, file + " is damaged: its SHA-256 is not the one in " + file + ".sha256");
      Files.write(file, whole);
    }
    assertThat(saved.newest()).isEqualTo(3);
    flip(folder.resolve("step-3/manifest.json.sha256"), 5);
    assertTakenInstead(2, file + " is damaged: its SHA-256 is not the one in " + file + ".sha256");
  }

  @Test
  void namesATruncatedFile() throws IOException {
    Path file = saved.save(3).resolve(DATA);
    Files.writeString(file, "weights");
    assertRefused(file + " is damaged: it must be 12 bytes long (got 7); there is no older one");
  }

  @ParameterizedTest
  @ValueSource(strings = {DATA, "tensors.index", "manifest.json", "manifest.json.sha256"})
  void namesAMissingFile(String name) throws IOException {
    Path file = saved.save(3).resolve(name);
    Files.delete(file);
    assertRefused(file + " is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "null", "[]", "7", "{}", "\u0000\u0000", "{\"format_version\": 2}"})
  void refusesWhatIsNoManifest(String content) throws IOException {
    Path file = saved.save(3).resolve("manifest.json");
    Files.writeString(file, content);
    Saved.sign(folder.resolve("step-3"));
    assertRefused(file + " is damaged: it is not a manifest");
  }

  @ParameterizedTest
  @CsvSource({
    "\"step\" : 3, \"step\" : 4, is damaged: it is of step 4",
    "tensors.index, ../index, is damaged: it is not a manifest",
    "tensors.index, /etc/passwd, is damaged: it is not a manifest",
    "tensors.index, .., is damaged: it is not a manifest",
    "tensors.index, other, is damaged: it does not list tensors.index",
    "\"files\", \"other\", is damaged: it is not a manifest",
    "\"fingerprint\", \"other\", is damaged: it is not a manifest",
    "\"optimizer\", \"other\", is damaged: it is not a manifest",
  })
  void refusesAWrongManifest(String part, String changed, String reason) throws IOException {
    Path file = saved.save(3).resolve("manifest.json");
    String text = Files.readString(file);
    assertThat(text).contains(part);
    Files.writeString(file, text.replace(part, changed));
    Saved.sign(folder.resolve("step-3"));
    assertRefused(file + " " + reason);
  }

  /** An older tflion must not go on from an older checkpoint as if the newest were damaged. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesAnotherFormatWithoutLookingFurther(boolean signed) throws IOException {
    saved.save(2);
    Path file = saved.save(3).resolve("manifest.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"format_version\" : 2", "\"format_version\" : 9"));
    if (signed) {
      Saved.sign(folder.resolve("step-3"));
    } else {
      Files.delete(folder.resolve("step-3/manifest.json.sha256"));
    }
    assertRefused(file + ": format_version must be 2 (got 9)");
  }

  @Test
  void refusesAHugeManifestWithoutReadingIt() throws IOException {
    Path file = saved.save(3).resolve("manifest.json");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertRefused(file + " is damaged: it is not a manifest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "step-", "step-x", "../step-3", "step-3/..", "\u00ff\u0000", "step--3"})
  void takesTheNewestWhereThePointerIsDamaged(String content) throws IOException {
    saved.save(9);
    saved.save(10);
    Path pointer = folder.resolve("latest");
    Files.write(pointer, content.getBytes(StandardCharsets.ISO_8859_1));
    assertTakenInstead(10, pointer + " must name a folder step-N");
  }

  @Test
  void takesTheNewestWhereThePointerIsMissing() throws IOException {
    saved.save(9);
    saved.save(10);
    Path pointer = folder.resolve("latest");
    Files.delete(pointer);
    assertThat(saved.checkpoints().isEmpty()).isFalse();
    assertTakenInstead(10, pointer + " is missing; it must name the newest folder beside it");
  }

  @Test
  void takesTheNewestWhereThePointerLeadsNowhere() throws IOException {
    saved.save(3);
    Files.writeString(folder.resolve("latest"), "step-4");
    assertTakenInstead(3, folder.resolve("step-4/manifest.json") + " is missing");
  }

  /** To go back by hand, one writes the name of an older folder there. */
  @Test
  void takesTheOneThatThePointerNames() throws IOException {
    saved.save(3);
    saved.save(4);
    Files.writeString(folder.resolve("latest"), "step-3\n");
    assertThat(saved.newest()).isEqualTo(3);
  }

  @Test
  void refusesWhatCannotBeRead() throws IOException {
    saved.save(3);
    Files.delete(folder.resolve("latest"));
    Files.createDirectory(folder.resolve("latest"));
    assertRefused(" must be readable");
  }
}
