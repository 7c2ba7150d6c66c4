package org.tflion.train.data;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.tflion.Require;
import org.tflion.train.data.format.DataFiles;

/**
 * Which data to train on, and how it becomes batches of tokens.
 *
 * <p>Messages name the keys of a config file, such as {@code data.path}.
 *
 * @param path a file, a folder to search for files, or a folder that {@code tflion data prepare}
 *     made; relative to the working directory
 * @param mixture takes the place of the path if it is not empty: several of them, each with the
 *     share of rows that come from it, as in {@code books=3}
 * @param include glob patterns for the files of a folder, matched on a file's name or on its path
 *     below the folder, such as {@code *.md} or {@code docs/**}; at least one
 * @param field of JSON lines, or feature of TFRecords, that holds a document
 * @param tokenizer {@code byte}, {@code char}, {@code gpt2}, a {@code tokenizer.json}, or {@code
 *     auto}: that of the prepared folder, otherwise bytes
 * @param tokenType of {@code .bin} files: {@code uint16} or {@code uint32}
 * @param validation share of the tokens, taken from the end, that is kept for validation; in (0, 1)
 * @param order of the rows: {@code random}, each anywhere; or {@code epochs}, each once, shuffled,
 *     and then again in another order
 * @param separateDocuments whether attention and loss keep to the documents
 * @param prefetch batches that are made ready ahead of the training; 0 or more
 */
public record DataConfig(
    String path,
    List<String> mixture,
    List<String> include,
    String field,
    String tokenizer,
    String tokenType,
    double validation,
    String order,
    boolean separateDocuments,
    int prefetch)
    implements SourceConfig {

  public static final List<String> TOKENIZERS = List.of("auto", "byte", "char", "gpt2");
  public static final List<String> TOKEN_TYPES = List.of("uint16", "uint32");
  public static final List<String> ORDERS = List.of("random", "epochs");

  private static final int MOST_PREFETCHED = 1024;

  /**
   * Checks everything but whether the files exist, which {@link Corpus#open} does.
   *
   * @throws IllegalArgumentException if a value is outside its range or a pattern is not a glob
   */
  public DataConfig {
    mixture = List.copyOf(mixture);
    include = List.copyOf(include);
    Require.that(!path.isBlank(), "data.path must name a file or a folder", "nothing");
    Require.that(isPath(path), "data.path must be a path of this system", path);
    Require.that(!include.isEmpty(), "data.include must hold at least one pattern", include);
    for (String pattern : include) {
      Require.that(isGlob(pattern), "data.include must hold glob patterns", pattern);
    }
    Require.that(!field.isEmpty(), "data.field must be a name", "nothing");
    Require.that(
        TOKENIZERS.contains(tokenizer) || (tokenizer.endsWith(".json") && isPath(tokenizer)),
        "data.tokenizer must be one of " + TOKENIZERS + " or a file tokenizer.json",
        tokenizer);
    Require.that(
        TOKEN_TYPES.contains(tokenType),
        "data.token_type must be one of " + TOKEN_TYPES,
        tokenType);
    Require.that(validation > 0 && validation < 1, "data.validation must be in (0, 1)", validation);
    Require.that(ORDERS.contains(order), "data.order must be one of " + ORDERS, order);
    Require.that(
        prefetch >= 0 && prefetch <= MOST_PREFETCHED,
        "data.prefetch must be from 0 to " + MOST_PREFETCHED,
        prefetch);
    Mixture.parse(mixture);
  }

  /** Text of one path, in rows of any place. */
  public static DataConfig text(
      String path, List<String> include, String tokenizer, double validation) {
    return new DataConfig(
        path, List.of(), include, "text", tokenizer, "uint16", validation, "random", false, 0);
  }

  /** Paths and their weights; one of weight 1 where there is no mixture. */
  List<Mixture.Part> parts() {
    return mixture.isEmpty() ? List.of(new Mixture.Part(path, 1)) : Mixture.parse(mixture);
  }

  /** The weights of the mixture, in its order. */
  public List<Double> weights() {
    return parts().stream().map(Mixture.Part::weight).toList();
  }

  @Override
  public DataConfig absolute() {
    List<String> parts =
        Mixture.parse(mixture).stream()
            .map(part -> absolute(part.path()) + "=" + part.weight())
            .toList();
    return new DataConfig(
        absolute(path),
        parts,
        include,
        field,
        TOKENIZERS.contains(tokenizer) ? tokenizer : absolute(tokenizer),
        tokenType,
        validation,
        order,
        separateDocuments,
        prefetch);
  }

  @Override
  public Map<String, Object> fixed() {
    Map<String, Object> fixed = new LinkedHashMap<>();
    fixed.put("data.validation", validation);
    fixed.put("data.field", field);
    fixed.put("data.token_type", tokenType);
    fixed.put("data.order", order);
    fixed.put("data.separate_documents", separateDocuments);
    fixed.put("data.mixture weights", weights());
    return fixed;
  }

  private static String absolute(String path) {
    return Path.of(path).toAbsolutePath().normalize().toString();
  }

  static boolean isPath(String path) {
    try {
      return Path.of(path).getNameCount() >= 0;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static boolean isGlob(String pattern) {
    try {
      return !pattern.isBlank() && DataFiles.matcher(pattern) != null;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }
}
