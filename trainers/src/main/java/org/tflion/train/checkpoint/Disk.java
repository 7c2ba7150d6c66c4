package org.tflion.train.checkpoint;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The changes that a save makes to the disk, one after the other.
 *
 * <p>A drill hears of each before it is made: it may throw, as a full disk would, or end the
 * process, as a power cut would.
 */
public final class Disk {

  /** Hears of changes. */
  @FunctionalInterface
  public interface Watch {

    /**
     * A change is about to be made.
     *
     * @param change its kind: {@code make}, {@code write}, {@code flush}, {@code move}, {@code
     *     delete}
     * @param path what it is about; of a move, the new name
     * @throws IOException instead of the change
     */
    void before(String change, Path path) throws IOException;
  }

  /** The disk, undisturbed. */
  public static final Disk DIRECT = new Disk((change, path) -> {});

  private static final boolean WINDOWS = File.separatorChar == '\\';

  private final Watch watch;

  public Disk(Watch watch) {
    this.watch = watch;
  }

  /** Makes one folder, in a folder that must be there. */
  void makeFolder(Path folder) throws IOException {
    watch.before("make", folder);
    Files.createDirectory(folder);
  }

  void write(Path file, byte[] content) throws IOException {
    watch.before("write", file);
    Files.write(file, content);
  }

  /** Carries a file, or the names in a folder, to the disk itself. */
  void flush(Path path) throws IOException {
    watch.before("flush", path);
    if (WINDOWS && Files.isDirectory(path)) {
      return; // Windows cannot open folders, and keeps their names by itself.
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Renames within a folder, at once or not at all, and for good. */
  void move(Path from, Path to) throws IOException {
    watch.before("move", to);
    Files.move(from, to, ATOMIC_MOVE);
    flush(to.resolveSibling("."));
  }

  /** Deletes a file, or a folder with all that is in it, if it is there. */
  void delete(Path path) throws IOException {
    if (Files.notExists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        watch.before("delete", each);
        Files.delete(each);
      }
    }
  }

  /** Gives a small file a new text: whoever reads it finds the old text or the new one, whole. */
  public void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    write(next, text.getBytes(StandardCharsets.UTF_8));
    flush(next);
    move(next, file);
  }
}
