package org.tflion.tokenizer.hf;

import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.TokenizerReader;

/** Reads every {@code tokenizer.json} that Hugging Face's library reads. */
public final class HuggingFaceReader implements TokenizerReader {

  static final String NAME = "huggingface";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Tokenizer read(String json) {
    return new HuggingFaceJson(json);
  }
}
