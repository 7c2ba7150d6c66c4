package org.tflion.train.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Finds the files of a corpus, and reads them as text. */
final class TextFiles {

  /** Folders that hold what tools made or fetched, not what people wrote. */
  private static final Set<String> SKIPPED = Set.of("target", "node_modules");

  private TextFiles() {}

  /**
   * The file itself, or the matching files below a folder in the order of their paths. Hidden
   * folders, build folders and links to folders are not entered.
   *
   * @throws IllegalArgumentException if nothing is there, nothing matches, or a folder cannot be
   *     read
   */
  static List<Path> find(DataConfig config) {
    Path root = Path.of(config.path());
    if (Files.isRegularFile(root)) {
      return List.of(root);
    }
    if (!Files.isDirectory(root)) {
      throw new IllegalArgumentException(
          "data.path must name a file or folder that exists (got " + root + ")");
    }
    List<Path> found = new ArrayList<>();
    try {
      Path real = root.toRealPath();
      Files.walkFileTree(real, new Search(real, config.matchers(), found));
    } catch (IOException e) {
      throw unreadable(root, e);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          ("data.include must match at least one file below %s (got %s);"
                  + " set the patterns with --set data.include=*.txt")
              .formatted(root, config.include()));
    }
    found.sort(Comparator.comparing(TextFiles::portable));
    return found.stream().map(root::resolve).toList();
  }

  /** The same text for the same path on every system, so that files sort alike. */
  private static String portable(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }

  /** Collects matching files as paths relative to the root. */
  private static final class Search extends SimpleFileVisitor<Path> {

    private final Path root;
    private final List<PathMatcher> matchers;
    private final List<Path> found;

    Search(Path root, List<PathMatcher> matchers, List<Path> found) {
      this.root = root;
      this.matchers = matchers;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      String name = String.valueOf(folder.getFileName());
      boolean skip = name.startsWith(".") || SKIPPED.contains(name);
      return skip && !folder.equals(root) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      Path below = root.relativize(file);
      if (matches(below) && Files.isRegularFile(file)) {
        found.add(below);
      }
      return FileVisitResult.CONTINUE;
    }

    private boolean matches(Path below) {
      return matchers.stream().anyMatch(m -> m.matches(below) || m.matches(below.getFileName()));
    }
  }

  /**
   * The text of a file.
   *
   * @throws IllegalArgumentException if it cannot be read, or its bytes are not UTF-8
   */
  static String read(Path file) {
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    // UTF-8 never takes more UTF-16 units than bytes.
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
    if (result.isError()) {
      throw new IllegalArgumentException(
          ("data.path: the char tokenizer needs UTF-8, and %s breaks it at byte %d:"
                  + " convert the file, or use the byte tokenizer")
              .formatted(file, bytes.position()));
    }
    return text.flip().toString();
  }

  static IllegalArgumentException unreadable(Path path, IOException cause) {
    // The messages of these exceptions repeat the path.
    String why = cause instanceof NoSuchFileException ? "it is gone" : reason(cause);
    return new IllegalArgumentException(
        "data.path: cannot read %s (%s)".formatted(path, why), cause);
  }

  private static String reason(IOException cause) {
    return cause.getClass().getSimpleName().replace("Exception", "");
  }
}
