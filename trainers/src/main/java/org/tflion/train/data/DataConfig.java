package org.tflion.train.data;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.tflion.Require;

/**
 * Which text to train on, and how it becomes tokens.
 *
 * <p>Messages name the keys of a config file, such as {@code data.path}.
 *
 * @param path a file, or a folder to search for files; relative to the working directory
 * @param include glob patterns for the files of a folder, matched on a file's name or on its path
 *     below the folder, such as {@code *.md} or {@code docs/**}; at least one
 * @param tokenizer {@code byte} or {@code char}
 * @param validation share of the tokens, taken from the end, that is kept for validation; in (0, 1)
 */
public record DataConfig(String path, List<String> include, String tokenizer, double validation) {

  public static final List<String> TOKENIZERS = List.of("byte", "char");

  /**
   * Checks everything but whether the files exist, which {@link Corpus#open} does.
   *
   * @throws IllegalArgumentException if a value is outside its range or a pattern is not a glob
   */
  public DataConfig {
    include = List.copyOf(include);
    Require.that(!path.isBlank(), "data.path must name a file or a folder", "nothing");
    Require.that(isPath(path), "data.path must be a path of this system", path);
    Require.that(!include.isEmpty(), "data.include must hold at least one pattern", include);
    for (String pattern : include) {
      Require.that(isGlob(pattern), "data.include must hold glob patterns", pattern);
    }
    Require.that(
        TOKENIZERS.contains(tokenizer), "data.tokenizer must be one of " + TOKENIZERS, tokenizer);
    Require.that(validation > 0 && validation < 1, "data.validation must be in (0, 1)", validation);
  }

  /** The same text under a path that holds whatever the working directory. */
  public DataConfig absolute() {
    String absolute = Path.of(path).toAbsolutePath().normalize().toString();
    return new DataConfig(absolute, include, tokenizer, validation);
  }

  /** The patterns, ready to match. */
  List<PathMatcher> matchers() {
    return include.stream().map(DataConfig::matcher).toList();
  }

  private static PathMatcher matcher(String pattern) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
  }

  private static boolean isPath(String path) {
    try {
      return Path.of(path).getNameCount() >= 0;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static boolean isGlob(String pattern) {
    try {
      return !pattern.isBlank() && matcher(pattern) != null;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }
}
