package org.tflion.cli.plan;

import java.util.ArrayList;
import java.util.List;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.data.Batches;
import org.tflion.train.data.DataConfig;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.TextRows;
import org.tflion.train.data.tokenizer.ByteTokenizer;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.plan.Workload;
import org.tflion.train.step.StepConfig;

/** The workload that a config asks for. */
public final class Planned {

  private Planned() {}

  /**
   * What a run of a config trains.
   *
   * <p>Text is not opened: where the config leaves the vocabulary to the tokenizer, that of bytes
   * is taken. Other data are, since they alone know their shape.
   */
  public static Workload of(TrainConfig config) {
    StepConfig step = config.step();
    int batch = config.train().batch();
    if (config.model() instanceof GptConfig gpt && config.data() instanceof DataConfig text) {
      TextRows rows = new TextRows(batch, gpt.context() + 1);
      return new Workload(
          config.work().build(new ByteTokenizer()),
          step,
          rows.shape(text.separateDocuments()),
          gpt.context());
    }
    Dataset data = config.work().open(null);
    Batches batches = data.train(batch, config.train().seed());
    return new Workload(
        config.work().build(data.tokenizer()), step, batches.shape(), batches.perRow());
  }

  /**
   * The overrides that choose an optimizer.
   *
   * @param choice its name, with its storage behind a colon if it is not the default one, as in
   *     {@code lion:bfloat16}
   */
  public static List<String> overrides(String choice) {
    int colon = choice.indexOf(':');
    List<String> overrides = new ArrayList<>();
    overrides.add("optimizer.name=" + (colon < 0 ? choice : choice.substring(0, colon)));
    if (colon >= 0) {
      overrides.add("optimizer.storage=" + choice.substring(colon + 1));
    }
    return overrides;
  }
}
