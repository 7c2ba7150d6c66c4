package org.tflion.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where {@code --out} puts a result that takes minutes to make.
 *
 * @param path of the file
 */
record OutFile(Path path) {

  /**
   * Refuses what cannot be written, before the minutes are spent.
   *
   * @throws IllegalArgumentException if it is a folder, or cannot be made where it should be
   */
  OutFile {
    Path folder = path.toAbsolutePath().getParent();
    boolean writable =
        Files.exists(path)
            ? Files.isRegularFile(path) && Files.isWritable(path)
            : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
    if (!writable) {
      throw refused(path, null);
    }
  }

  void write(String text) {
    try {
      Files.writeString(path, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw refused(path, e);
    }
  }

  private static IllegalArgumentException refused(Path path, @Nullable IOException cause) {
    return new IllegalArgumentException(
        "--out must be a file that can be written (got " + path + ")", cause);
  }
}
