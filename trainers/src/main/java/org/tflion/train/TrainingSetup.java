package org.tflion.train;

import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.data.Batches;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.PlacedRows;
import org.tflion.train.data.Prefetch;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.loop.Loop;
import org.tflion.train.loop.SampleConfig;
import org.tflion.train.model.Model;
import org.tflion.train.shard.ShardedStep;
import org.tflion.train.step.Step;
import org.tflion.train.step.StepConfig;

/**
 * The parts of a run, put together and checked against each other, before anything is written.
 *
 * @param config of the run
 * @param engine that runs the steps
 * @param dataset what it learns from
 * @param model its shape
 * @param data batches of the dataset
 * @param rows what the devices read themselves, which are then told places only; or null
 */
record TrainingSetup(
    TrainConfig config,
    Engine engine,
    Dataset dataset,
    Model model,
    Loop.Data data,
    @Nullable PlacedRows rows) {

  /** Validation batches come from a stream of their own, whatever the training seed. */
  private static final long VALIDATION_SEED = 1_337;

  static TrainingSetup of(TrainConfig config, Dataset dataset) {
    requirePrompt(config.sample(), dataset.tokenizer());
    int batch = config.train().batch();
    Batches train = dataset.train(batch, config.train().seed());
    Batches validation = dataset.validation(batch, VALIDATION_SEED);
    Model model = config.work().build(dataset.tokenizer());
    if (!config.shard().readsOnWorkers()) {
      Loop.Data data = new Loop.Data(train, validation);
      return new TrainingSetup(config, Engine.TENSORFLOW, dataset, model, data, null);
    }
    Require.that(
        config.shard().spreads(),
        "shard.data must be controller for a run on one device",
        config.shard().data());
    PlacedRows rows = PlacedRows.of(train);
    Batches places = PlacedRows.of(validation).inFilesOf(rows).places();
    Loop.Data data = new Loop.Data(rows.places(), places);
    return new TrainingSetup(config, Engine.TENSORFLOW, dataset, model, data, rows);
  }

  /** A prompt that the tokenizer does not know would be found out after the training. */
  private static void requirePrompt(@Nullable SampleConfig sample, @Nullable Tokenizer tokenizer) {
    if (sample == null || tokenizer == null) {
      return;
    }
    try {
      tokenizer.encode(sample.prompt());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "sample.prompt: " + e.getMessage() + "; choose another with --set sample.prompt=TEXT", e);
    }
  }

  /** The same run on another engine. */
  TrainingSetup on(Engine other) {
    return new TrainingSetup(config, other, dataset, model, data, rows);
  }

  /** The same run, spread in another way. */
  TrainingSetup with(TrainConfig other) {
    return new TrainingSetup(other, engine, dataset, model, data, rows);
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
    StepConfig rule = config.step();
    long seed = config.train().seed();
    return engine.step(
        new ShardedStep.Job(model, rule, data.train().shape(), seed, rows), config.shard());
  }
}
