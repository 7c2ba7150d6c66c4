package org.tflion.train.data.tokenizer;

/**
 * Reads a {@code tokenizer.json} that this module does not understand by itself; found by {@link
 * java.util.ServiceLoader}.
 */
public interface TokenizerReader {

  /** The name of the kind of tokenizers that it makes, as in {@link TokenizerSpec#name}. */
  String name();

  /**
   * Reads one.
   *
   * @param json text of the file
   * @throws IllegalArgumentException if it is refused
   */
  Tokenizer read(String json);
}
