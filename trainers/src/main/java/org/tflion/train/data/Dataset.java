package org.tflion.train.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.tokenizer.Tokenizer;

/** Data that are open: batches by their number, and where they come from. */
public interface Dataset {

  /**
   * Batches to train on.
   *
   * @param rows of a batch; above 0
   * @param seed of their order, and of all else that is random about them
   * @throws IllegalArgumentException if there are too few data
   */
  Batches train(int rows, long seed);

  /** Batches to validate with, the same in every run of a seed. */
  Batches validation(int rows, long seed);

  /** How much there is. */
  Size size();

  /** The files that it was read from; none for data that are made up. */
  List<Path> files();

  /** Text that changes with the content. */
  String fingerprint();

  /** What turns text into numbers and back, or null where there is no text. */
  default @Nullable Tokenizer tokenizer() {
    return null;
  }

  /**
   * How much data there is.
   *
   * @param unit what is counted, in the plural: {@code tokens}, {@code pictures}
   * @param train how many there are to train on
   * @param validation how many there are to validate with
   */
  record Size(String unit, long train, long validation) {}
}
