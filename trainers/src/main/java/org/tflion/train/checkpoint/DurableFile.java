package org.tflion.train.checkpoint;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Small files that survive a crash: they hold the old text or the new one, whole. */
public final class DurableFile {

  private DurableFile() {}

  /** Writes a text beside the file, flushes it to the disk, and only then renames it. */
  public static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, text);
    flush(next);
    Files.move(next, file, ATOMIC_MOVE);
    flush(next.resolveSibling("."));
  }

  /** Carries a file, or the names in a folder, to the disk. */
  static void flush(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
