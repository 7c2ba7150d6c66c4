package org.tflion.train;

import org.jspecify.annotations.Nullable;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.data.Batches;
import org.tflion.train.data.Corpus;
import org.tflion.train.data.Prefetch;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.loop.Loop;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.step.BatchShape;
import org.tflion.train.step.Step;
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
            corpus.train(batch, context, config.train().seed()),
            corpus.validation(batch, context, VALIDATION_SEED)));
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

  /** The data, with batches to train on that are made ahead until it is closed. */
  Ahead ahead() {
    int batches = config.data().prefetch();
    return new Ahead(batches == 0 ? null : new Prefetch(data.train(), batches), data);
  }

  /** Data that are made on a thread of their own, if they are. */
  record Ahead(@Nullable Prefetch prefetch, Loop.Data plain) implements AutoCloseable {

    Loop.Data data() {
      Batches train = prefetch == null ? plain.train() : prefetch;
      return new Loop.Data(train, plain.validation());
    }

    @Override
    public void close() {
      if (prefetch != null) {
        prefetch.close();
      }
    }
  }

  /** Builds the graph. */
  Step step() {
    StepConfig rule =
        new StepConfig(
            config.optimizer(),
            config.schedule(),
            config.train().steps(),
            config.train().batch() / config.train().rows());
    return new TrainStep(model, rule, shape(), config.train().seed());
  }

  /** The batches of the run. */
  BatchShape shape() {
    int length = config.model().context() + 1;
    return new BatchShape(config.train().batch(), length, config.data().separateDocuments());
  }
}
