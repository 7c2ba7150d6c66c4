package org.tflion.train.task;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.data.Corpus;
import org.tflion.train.data.DataConfig;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.TextData;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.model.Model;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;

/** The next token of a text. */
public final class GptTask implements Task<GptConfig, DataConfig> {

  static final String NAME = "gpt";

  private static final int BYTES = 256;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> presets() {
    return List.of(
        "nano", "shakespeare", "lm-110m", "lm-336m", "lm-731m", "lm-1.1b", "lm-2.1b", "lm-7.5b");
  }

  @Override
  public Class<GptConfig> modelConfig() {
    return GptConfig.class;
  }

  @Override
  public Class<DataConfig> dataConfig() {
    return DataConfig.class;
  }

  @Override
  public boolean writesText() {
    return true;
  }

  @Override
  public List<String> onlyData(String path) {
    return List.of("data.path=" + path, "data.mixture=[]");
  }

  @Override
  public void check(GptConfig model, DataConfig data) {
    Require.that(
        model.vocabulary() == 0 || model.vocabulary() >= BYTES || !data.tokenizer().equals("byte"),
        "model.vocabulary must be 0 or at least " + BYTES + " for the byte tokenizer",
        model.vocabulary());
  }

  @Override
  public Model model(GptConfig config, @Nullable Tokenizer tokenizer) {
    Objects.requireNonNull(tokenizer, "text has a tokenizer");
    return Gpt.of(config, tokenizer.vocabularySize());
  }

  @Override
  public Dataset open(GptConfig model, DataConfig data, @Nullable Tokenizer known) {
    Corpus corpus = known == null ? Corpus.open(data) : Corpus.open(data, known);
    return new TextData(corpus, model.context());
  }
}
