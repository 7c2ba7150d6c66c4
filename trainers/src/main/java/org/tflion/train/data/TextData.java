package org.tflion.train.data;

import java.nio.file.Path;
import java.util.List;
import org.tflion.train.data.tokenizer.Tokenizer;

/**
 * A corpus in rows of one length.
 *
 * @param corpus the tokens
 * @param context inputs of a row; each has one more token, the last target
 */
public record TextData(Corpus corpus, int context) implements Dataset {

  @Override
  public Batches train(int rows, long seed) {
    return corpus.train(rows, context, seed);
  }

  @Override
  public Batches validation(int rows, long seed) {
    return corpus.validation(rows, context, seed);
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
}
