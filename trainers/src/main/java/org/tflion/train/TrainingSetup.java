package org.tflion.train;

import org.tflion.train.config.TrainConfig;
import org.tflion.train.data.Corpus;
import org.tflion.train.data.Sampler;
import org.tflion.train.data.Tokenizer;
import org.tflion.train.loop.Loop;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.step.StepConfig;
import org.tflion.train.step.TrainStep;

/**
 * The parts of a run, put together and checked against each other, before anything is written.
 *
 * @param config of the run
 * @param corpus its text
 * @param model its shape
 * @param data batches of the text
 */
record TrainingSetup(TrainConfig config, Corpus corpus, Gpt model, Loop.Data data) {

  /** Validation batches come from a stream of their own, whatever the training seed. */
  private static final long VALIDATION_SEED = 1_337;

  static TrainingSetup of(TrainConfig config, Corpus corpus) {
    requirePrompt(config.sample().prompt(), corpus.tokenizer());
    int batch = config.train().batch();
    int context = config.model().context();
    return new TrainingSetup(
        config,
        corpus,
        Gpt.of(config.model(), corpus.tokenizer().vocabularySize()),
        new Loop.Data(
            new Sampler(corpus.train(), batch, context, config.train().seed()),
            new Sampler(corpus.validation(), batch, context, VALIDATION_SEED)));
  }

  /** A prompt that the tokenizer does not know would be found out after the training. */
  private static void requirePrompt(String prompt, Tokenizer tokenizer) {
    try {
      tokenizer.encode(prompt);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "sample.prompt: " + e.getMessage() + "; choose another with --set sample.prompt=TEXT", e);
    }
  }

  /** Builds the graph. */
  TrainStep step() {
    StepConfig rule =
        new StepConfig(
            config.optimizer(),
            config.schedule(),
            config.train().steps(),
            config.train().batch() / config.train().rows());
    int length = config.model().context() + 1;
    return new TrainStep(model, rule, config.train().batch(), length, config.train().seed());
  }
}
