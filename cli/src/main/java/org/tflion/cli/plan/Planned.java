package org.tflion.cli.plan;

import java.util.ArrayList;
import java.util.List;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.plan.Workload;
import org.tflion.train.step.BatchShape;
import org.tflion.train.step.StepConfig;

/** The workload that a config asks for, without a look at its data. */
public final class Planned {

  /** Rows of the token table where only the data could tell: those of the byte tokenizer. */
  private static final int BYTES = 256;

  private Planned() {}

  /** What a run of a config trains. */
  public static Workload of(TrainConfig config) {
    int passes = config.train().batch() / config.train().rows();
    return new Workload(
        Gpt.of(config.model(), BYTES),
        new StepConfig(config.optimizer(), config.schedule(), config.train().steps(), passes),
        new BatchShape(
            config.train().batch(),
            config.model().context() + 1,
            config.data().separateDocuments()));
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
