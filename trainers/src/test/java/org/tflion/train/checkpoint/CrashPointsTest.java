package org.tflion.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A save that ends at any point leaves a complete checkpoint, of the step before at the worst, and
 * the next save clears what is left over.
 */
class CrashPointsTest {

  private static final Retention RETENTION = new Retention(1, 0, true);

  @TempDir private Path folder;

  /** What a save finds when it begins. */
  enum Scene {
    /** The first save of a run. */
    FIRST(0),
    /** An older checkpoint, which goes. */
    NEXT(1),
    /** The same step once more: it was saved, and {@code latest} names it. */
    AGAIN(2),
    /** A later checkpoint, of a course that was left. */
    BACK(3);

    private final long before;

    Scene(long before) {
      this.before = before;
    }

    void prepare(Saved saved) {
      if (before > 0) {
        saved.save(before, 9.0 - before, RETENTION);
      }
    }

    /** Any of the steps that may be there after a crash. */
    void check(Saved saved, boolean complete) {
      if (before == 0 && !complete && saved.checkpoints().isEmpty()) {
        return;
      }
      Checkpoints.Found found = saved.checkpoints().newest().orElseThrow();
      assertThat(found.checkpoint().manifest().step()).isIn(before, 2L);
    }
  }

  /** The end of the process, as far as this thread goes: nothing after it happens. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1;
  }

  private static void save(Saved saved, Disk disk, Runnable midFile) {
    saved
        .writer(RETENTION, disk)
        .write(
            Saved.manifest(2, 5.0),
            prefix -> {
              Saved.writeBundle(prefix, "half");
              midFile.run();
              Saved.writeBundle(prefix, "whole");
            });
  }

  /** Ends the save before each of its changes to the disk, until it gets to its end. */
  @ParameterizedTest
  @EnumSource
  void survivesAnEndBeforeEveryChange(Scene scene) throws IOException {
    List<String> points = new ArrayList<>();
    boolean complete = false;
    for (int point = 1; !complete; point++) {
      Saved saved = new Saved(Files.createDirectory(folder.resolve("point-" + point)));
      scene.prepare(saved);
      Counter counter = new Counter(point);
      try {
        save(saved, new Disk(counter), () -> {});
        complete = true;
      } catch (Crash e) {
        points.add(counter.last);
      }
      scene.check(saved, complete);
      saved.save(4, 1.0, RETENTION);
      assertThat(saved.names()).containsExactly("best", "latest", "step-4");
      assertThat(saved.newest()).isEqualTo(4);
    }
    assertThat(points).hasSizeGreaterThan(15).contains("make", "write", "flush", "move");
  }

  /** Counts changes, and ends before one of them. */
  private static final class Counter implements Disk.Watch {
    private final int at;
    private int count;
    private String last = "";

    Counter(int at) {
      this.at = at;
    }

    @Override
    public void before(String change, Path path) {
      last = change;
      if (++count == at) {
        throw new Crash();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void survivesAnEndInTheMiddleOfAFile(Scene scene) throws IOException {
    Saved saved = new Saved(folder);
    scene.prepare(saved);
    assertThatThrownBy(
            () ->
                save(
                    saved,
                    Disk.DIRECT,
                    () -> {
                      throw new Crash();
                    }))
        .isInstanceOf(Crash.class);
    scene.check(saved, false);
    saved.save(4, 1.0, RETENTION);
    assertThat(saved.names()).containsExactly("best", "latest", "step-4");
  }

  /** A disk that is full from some change on: every change fails from there. */
  @ParameterizedTest
  @EnumSource
  void survivesADiskThatFailsFromEveryChangeOn(Scene scene) throws IOException {
    boolean complete = false;
    for (int point = 1; !complete; point++) {
      Saved saved = new Saved(Files.createDirectory(folder.resolve("point-" + point)));
      scene.prepare(saved);
      int from = point;
      int[] count = {0};
      Disk full =
          new Disk(
              (change, path) -> {
                if (++count[0] >= from) {
                  throw new IOException("No space left on device");
                }
              });
      try {
        save(saved, full, () -> {});
        complete = true;
      } catch (CheckpointException e) {
        assertThat(e).hasMessageContaining("No space left on device");
      }
      scene.check(saved, complete);
      saved.save(4, 1.0, RETENTION);
      assertThat(saved.names()).containsExactly("best", "latest", "step-4");
    }
  }

  /** The same in a process that really ends; a change of each kind. */
  @Test
  void survivesTheEndOfTheProcess() throws Exception {
    for (int point : new int[] {1, 3, 9, 13, 17, 20}) {
      Saved saved = new Saved(Files.createDirectory(folder.resolve("point-" + point)));
      Scene.AGAIN.prepare(saved);
      ProcessBuilder child =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-cp",
              System.getProperty("java.class.path"),
              CrashPointsTest.class.getName(),
              saved.folder().toString(),
              Integer.toString(point));
      Process process = child.redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(said).isEqualTo(99);
      Scene.AGAIN.check(saved, false);
      saved.save(4, 1.0, RETENTION);
      assertThat(saved.names()).containsExactly("best", "latest", "step-4");
    }
  }

  /** Saves, and halts before a change to the disk. */
  public static void main(String[] arguments) {
    int at = Integer.parseInt(arguments[1]);
    int[] count = {0};
    Disk disk =
        new Disk(
            (change, path) -> {
              if (++count[0] == at) {
                Runtime.getRuntime().halt(99);
              }
            });
    save(new Saved(Path.of(arguments[0])), disk, () -> {});
  }
}
