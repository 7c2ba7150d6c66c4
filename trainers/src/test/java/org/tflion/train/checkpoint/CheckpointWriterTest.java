package org.tflion.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a save leaves on the disk. */
class CheckpointWriterTest {

  @TempDir private Path folder;
  private Saved saved;

  @BeforeEach
  void open() {
    saved = new Saved(folder);
  }

  @Test
  void keepsTheNewestByNumberAndNotByName() throws IOException {
    for (long step : new long[] {8, 9, 10, 100}) {
      saved.save(step);
    }
    assertThat(saved.names()).containsExactly("latest", "step-10", "step-100");
    assertThat(folder.resolve("latest")).hasContent("step-100");
  }

  @Test
  void keepsEveryHundredthForGood() throws IOException {
    for (long step = 50; step <= 350; step += 50) {
      saved.save(step, null, new Retention(1, 100, false));
    }
    assertThat(saved.names())
        .containsExactly("latest", "step-100", "step-200", "step-300", "step-350");
  }

  @Test
  void keepsTheBest() throws IOException {
    Retention best = new Retention(1, 0, true);
    double[] losses = {3, 2, 2.5, 2, 4};
    for (int i = 0; i < losses.length; i++) {
      saved.save(i + 1, losses[i], best);
    }
    saved.save(6, null, best);
    assertThat(saved.names()).containsExactly("best", "latest", "step-2", "step-6");
    assertThat(folder.resolve("best")).hasContent("step-2");
    assertThat(saved.checkpoints().bestLoss(6)).hasValue(2);
    saved.save(7, 1.0, best);
    assertThat(saved.names()).containsExactly("best", "latest", "step-7");
  }

  @Test
  void dropsTheLaterOnesOfACourseThatWasLeft() throws IOException {
    Retention retention = new Retention(2, 10, true);
    saved.save(10, 3.0, retention);
    saved.save(20, 2.0, retention);
    saved.save(30, 1.0, retention);
    Files.writeString(folder.resolve("latest"), "step-10");
    saved.save(15, 4.0, retention);
    assertThat(saved.names()).containsExactly("best", "latest", "step-10", "step-15");
    assertThat(folder.resolve("best")).hasContent("step-10");
    assertThat(saved.newest()).isEqualTo(15);
  }

  /** While it writes, the older checkpoint is whole and named, and the new one has no name. */
  @Test
  void writesBesideTheOlderCheckpoint() throws IOException {
    saved.save(1);
    saved
        .writer(Retention.latest(2), Disk.DIRECT)
        .write(
            Saved.manifest(2),
            prefix -> {
              assertThat(prefix).isEqualTo(folder.resolve(".unfinished").resolve("tensors"));
              assertThat(saved.newest()).isEqualTo(1);
              assertThat(folder.resolve("step-2")).doesNotExist();
              Saved.writeBundle(prefix, "two");
            });
    assertThat(saved.names()).containsExactly("latest", "step-1", "step-2");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aFailedSaveLeavesTheOlderCheckpointAndIsClearedByTheNext(long failing) throws IOException {
    saved.save(1);
    IllegalStateException full = new IllegalStateException("disk full\nat line 7");
    assertThatThrownBy(
            () ->
                saved
                    .writer(Retention.latest(2), Disk.DIRECT)
                    .write(
                        Saved.manifest(failing),
                        prefix -> {
                          Saved.writeBundle(prefix, "half");
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
    assertThat(saved.newest()).isEqualTo(1);
    Path target = saved.save(2);
    assertThat(saved.names()).containsExactly("latest", "step-1", "step-2");
    assertThat(target.resolve("left")).doesNotExist();
  }

  @Test
  void savesAStepAnew() throws IOException {
    saved.save(1);
    Path target = saved.save(2);
    Files.writeString(target.resolve("stale"), "file");
    saved
        .writer(Retention.latest(2), Disk.DIRECT)
        .write(Saved.manifest(2), prefix -> Saved.writeBundle(prefix, "other weights"));
    assertThat(target.resolve(Saved.DATA)).hasContent("other weights");
    assertThat(target.resolve("stale")).doesNotExist();
    assertThat(saved.newest()).isEqualTo(2);
    assertThat(saved.names()).containsExactly("latest", "step-1", "step-2");
  }

  /** A run whose folder is taken away must not go on in a new one that nobody can resume. */
  @Test
  void doesNotMakeTheFolderAnew() throws IOException {
    Path gone = folder.resolve("gone");
    assertThatThrownBy(() -> new Saved(gone).save(1))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("could not be written (NoSuchFileException")
        .hasMessageContaining("bytes free on its disk: unknown");
    assertThat(gone).doesNotExist();
  }

  /**
   * A rename may reach the disk before the bytes under the new name do, unless they are flushed
   * first; and so may a deletion before a rename.
   */
  @Test
  void flushesWhatItNamesBeforeItNamesIt() throws IOException {
    saved.save(1);
    List<String> changes = new ArrayList<>();
    Disk recorded =
        new Disk((change, path) -> changes.add(change + " " + folder.relativize(path.normalize())));
    saved
        .writer(Retention.latest(1), recorded)
        .write(Saved.manifest(2), prefix -> Saved.writeBundle(prefix, "two"));
    assertThat(changes)
        .containsExactly(
            "make .unfinished",
            "write .unfinished/manifest.json",
            "write .unfinished/manifest.json.sha256",
            "flush .unfinished/manifest.json",
            "flush .unfinished/manifest.json.sha256",
            "flush .unfinished/" + Saved.DATA,
            "flush .unfinished/tensors.index",
            "flush .unfinished",
            "move step-2",
            "flush ",
            "write latest.next",
            "flush latest.next",
            "move latest",
            "flush ",
            "move .dropped",
            "flush ",
            "delete .dropped/tensors.index",
            "delete .dropped/" + Saved.DATA,
            "delete .dropped/manifest.json.sha256",
            "delete .dropped/manifest.json",
            "delete .dropped");
  }

  @Test
  void aFailureToDeleteSaysThatTheNewOneIsComplete() {
    saved.save(1);
    Disk disk =
        new Disk(
            (change, path) -> {
              if (change.equals("delete")) {
                throw new IOException("busy");
              }
            });
    assertThatThrownBy(
            () ->
                saved
                    .writer(Retention.latest(1), disk)
                    .write(Saved.manifest(2), prefix -> Saved.writeBundle(prefix, "two")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("step-2 is complete, but older ones could not be deleted (IOExc");
    assertThat(saved.newest()).isEqualTo(2);
  }

  @Test
  void refusesToKeepNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> Retention.latest(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Retention(1, -1, false));
  }
}
