package org.tflion.train.task;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.Corpus;
import org.tflion.train.data.DataConfig;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.MaskedText;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.model.Model;
import org.tflion.train.model.bert.Bert;
import org.tflion.train.model.bert.BertConfig;

/** The tokens that are missing in a text. */
public final class BertTask implements Task<BertConfig, DataConfig> {

  @Override
  public String name() {
    return "bert";
  }

  @Override
  public List<String> presets() {
    return List.of("bert-shakespeare", "bert-110m");
  }

  @Override
  public Class<BertConfig> modelConfig() {
    return BertConfig.class;
  }

  @Override
  public Class<DataConfig> dataConfig() {
    return DataConfig.class;
  }

  @Override
  public List<String> onlyData(String path) {
    return List.of("data.path=" + path, "data.mixture=[]");
  }

  @Override
  public Model model(BertConfig config, @Nullable Tokenizer tokenizer) {
    Objects.requireNonNull(tokenizer, "text has a tokenizer");
    return Bert.of(config, tokenizer.vocabularySize());
  }

  @Override
  public Dataset open(BertConfig model, DataConfig data, @Nullable Tokenizer known) {
    Corpus corpus = known == null ? Corpus.open(data) : Corpus.open(data, known);
    return new MaskedText(corpus, model.context());
  }
}
