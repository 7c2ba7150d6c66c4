package org.tflion.train;

import org.jspecify.annotations.Nullable;
import org.tflion.train.data.Batch;
import org.tflion.train.data.Batches;
import org.tflion.train.data.TextRows;
import org.tflion.train.data.tokenizer.Tokenizer;

/**
 * How many bytes of text a token stands for, among those that are to be predicted.
 *
 * @param tokenizer of the text
 * @param sampler where the tokens come from
 */
record TokenBytes(Tokenizer tokenizer, Batches sampler) {

  /**
   * The mean over the first batches, as {@link org.tflion.train.loop.Validation} takes them.
   *
   * @param batches how many; above 0
   */
  double mean(int batches) {
    long bytes = 0;
    long tokens = 0;
    for (int i = 0; i < batches; i++) {
      Batch batch = sampler.at(i);
      boolean divided =
          batch.columns().stream().anyMatch(c -> c.feature().name().equals(TextRows.SEGMENTS));
      int @Nullable [] segments = divided ? batch.ints(TextRows.SEGMENTS) : null;
      int[] ids = batch.ints(TextRows.TOKENS); // [size, length]
      int length = ids.length / batch.size();
      for (int at = 0; at < ids.length; at++) {
        boolean first = at % length == 0;
        if (!first && (segments == null || segments[at] == segments[at - 1])) {
          bytes += tokenizer.bytes(ids[at]);
          tokens++;
        }
      }
    }
    return (double) bytes / tokens;
  }
}
