package org.tflion.train.data.format;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.tflion.train.data.source.FileBytes;

/** Finds the files of a corpus. */
public final class DataFiles {

  /** Folders that hold what tools made or fetched, not what people wrote. */
  private static final Set<String> SKIPPED = Set.of("target", "node_modules");

  private DataFiles() {}

  /**
   * The file itself, or the matching files below a folder in the order of their paths. Hidden
   * folders, build folders and links to folders are not entered.
   *
   * @param include glob patterns for the files of a folder, on their names or their paths below it
   * @throws IllegalArgumentException if nothing is there, nothing matches, or a folder cannot be
   *     read
   */
  public static List<Path> find(Path root, List<String> include) {
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
      Files.walkFileTree(
          real, new Search(real, include.stream().map(DataFiles::matcher).toList(), found));
    } catch (IOException e) {
      throw FileBytes.unreadable(root, e);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          ("data.include must match at least one file below %s (got %s);"
                  + " set the patterns with --set data.include=*.txt")
              .formatted(root, include));
    }
    found.sort(Comparator.comparing(DataFiles::portable));
    return found.stream().map(root::resolve).toList();
  }

  /**
   * A glob pattern, ready to match.
   *
   * @throws java.util.regex.PatternSyntaxException if it is none
   */
  public static PathMatcher matcher(String pattern) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
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
}
