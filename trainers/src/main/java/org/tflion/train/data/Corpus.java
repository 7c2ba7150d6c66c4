package org.tflion.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.data.source.Fingerprint;
import org.tflion.train.data.source.TokenSource;
import org.tflion.train.data.tokenizer.Tokenizer;

/**
 * The tokens of all that a config names, a part to train on and a part to validate with.
 *
 * <p>Files of a path come one after the other, in the order of their paths. Of {@code n} tokens the
 * first {@code floor(n * (1 - validation))} are for training.
 */
public final class Corpus {

  private final DataConfig config;
  private final Tokenizer tokenizer;
  private final List<Split> splits;

  private Corpus(DataConfig config, @Nullable Tokenizer given) {
    this.config = config;
    List<DataPath> paths = new ArrayList<>();
    for (Mixture.Part part : config.parts()) {
      paths.add(DataPath.find(Path.of(part.path()), config));
    }
    this.tokenizer = given == null ? DataPath.tokenizer(paths, config) : given;
    this.splits = paths.stream().map(path -> path.open(tokenizer, config)).toList();
  }

  /**
   * Opens a corpus; a char tokenizer learns its alphabet from all of the text.
   *
   * @throws IllegalArgumentException if nothing is there, nothing matches, nothing is in it, a file
   *     cannot be read or is damaged, or it does not fit the tokenizer
   */
  public static Corpus open(DataConfig config) {
    return new Corpus(config, null);
  }

  /**
   * Opens a corpus with the tokenizer of an earlier run, so that tokens keep their meaning.
   *
   * @throws IllegalArgumentException as {@link #open(DataConfig)}, if the tokenizer is not the kind
   *     that the config names, or if the text holds something it does not know
   */
  public static Corpus open(DataConfig config, Tokenizer tokenizer) {
    String named = config.tokenizer();
    Require.that(
        tokenizer.name().equals(named) || named.equals("auto") || named.endsWith(".json"),
        "data.tokenizer must stay what the run began with, " + tokenizer.name(),
        named);
    return new Corpus(config, tokenizer);
  }

  /** What turns text into the tokens of this corpus. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Batches to train on, in the config's order.
   *
   * @param batch rows
   * @param context inputs of a row
   * @throws IllegalArgumentException if a number is out of range or a source too short
   */
  public Sampler train(int batch, int context, long seed) {
    return sampler(Split::train, config.order(), new Sampler.Shape(batch, context), seed);
  }

  /** Batches to validate with, from any place. */
  public Sampler validation(int batch, int context, long seed) {
    return sampler(Split::validation, "random", new Sampler.Shape(batch, context), seed);
  }

  private Sampler sampler(
      Function<Split, TokenSource> half, String order, Sampler.Shape shape, long seed) {
    return new Sampler(splits.stream().map(half).toList(), config.parts(), shape, order, seed);
  }

  /** The two parts of every path. */
  List<Split> splits() {
    return splits;
  }

  /** Number of tokens to train on. */
  public long trainTokens() {
    return splits.stream().mapToLong(split -> split.train().length()).sum();
  }

  /** Number of tokens to validate with. */
  public long validationTokens() {
    return splits.stream().mapToLong(split -> split.validation().length()).sum();
  }

  /** The files, in the order in which they were joined. */
  public List<Path> files() {
    return splits.stream().flatMap(split -> split.files().stream()).toList();
  }

  /**
   * 64 hexadecimal digits that change with the content: SHA-256 over the sizes of the files and
   * their bytes, or, above 64 MiB, over the sizes and 1,024 blocks of 64 KiB at equal distances; of
   * a mixture, over those of its paths.
   */
  public String fingerprint() {
    List<String> all = splits.stream().map(Split::fingerprint).toList();
    return all.size() == 1 ? all.get(0) : Fingerprint.joined(all);
  }
}
