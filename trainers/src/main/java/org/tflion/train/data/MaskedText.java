package org.tflion.train.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tflion.Require;
import org.tflion.train.data.source.TokenSource;
import org.tflion.train.data.tokenizer.Tokenizer;

/**
 * A corpus in rows with holes, to be filled.
 *
 * @param corpus the tokens
 * @param context tokens of a row; 2 or more
 */
public record MaskedText(Corpus corpus, int context) implements Dataset {

  /** Tokens that are looked at, from the beginning of each part, to know how common they are. */
  private static final int COUNTED = 1 << 20;

  public MaskedText {
    Require.that(context > 1, "MaskedText: context must be 2 or more", context);
  }

  @Override
  public Batches train(int rows, long seed) {
    return masked(corpus.train(rows, context - 1, seed), seed);
  }

  @Override
  public Batches validation(int rows, long seed) {
    return masked(corpus.validation(rows, context - 1, seed), seed);
  }

  private Batches masked(Batches whole, long seed) {
    return MaskedBatches.of(whole, corpus.tokenizer().vocabularySize(), seed);
  }

  /** The token that stands for a hole: the first that the tokenizer does not know. */
  public static int hole(Tokenizer tokenizer) {
    return tokenizer.vocabularySize();
  }

  @Override
  public Size size() {
    return new Size("tokens", corpus.trainTokens(), corpus.validationTokens());
  }

  @Override
  public List<Path> files() {
    return corpus.files();
  }

  @Override
  public String fingerprint() {
    return corpus.fingerprint();
  }

  @Override
  public Tokenizer tokenizer() {
    return corpus.tokenizer();
  }

  /** How often the most common token of the training part is right in the validation part. */
  @Override
  public Map<String, Double> baseline() {
    long[] train = new long[corpus.tokenizer().vocabularySize()];
    long[] held = new long[train.length];
    for (Split split : corpus.splits()) {
      count(split.train(), train);
      count(split.validation(), held);
    }
    int common = 0;
    long all = 0;
    for (int token = 0; token < train.length; token++) {
      common = train[token] > train[common] ? token : common;
      all += held[token];
    }
    return Map.of("accuracy", (double) held[common] / all);
  }

  private static void count(TokenSource source, long[] counts) {
    int length = (int) Math.min(source.length(), COUNTED);
    int[] tokens = new int[length];
    source.copy(0, tokens, 0, length);
    for (int token : tokens) {
      counts[token]++;
    }
  }
}
