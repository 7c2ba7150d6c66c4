package org.tflion.train;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.checkpoint.Checkpoints;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.data.Batches;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.loop.SampleConfig;
import org.tflion.train.loop.TextSampler;
import org.tflion.train.loop.Validation;
import org.tflion.train.model.Model;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.step.CachedScorer;
import org.tflion.train.step.Evaluation;
import org.tflion.train.step.Evaluator;
import org.tflion.train.step.SavedWeights;
import org.tflion.train.step.Scorer;

/**
 * What a run has learnt so far: a model and its newest checkpoint.
 *
 * @param config of the run
 * @param tokenizer whose tokens the model knows, or null where there is no text
 * @param model its shape
 * @param checkpoint its weights
 * @param warnings what the user must hear of the choice of the checkpoint, a sentence each
 */
public record TrainedModel(
    TrainConfig config,
    @Nullable Tokenizer tokenizer,
    Model model,
    Checkpoint checkpoint,
    List<String> warnings) {

  /**
   * Opens the newest good checkpoint of a run.
   *
   * @throws IllegalArgumentException if no run is there, or the config is of another model
   * @throws CheckpointException if it has not saved a checkpoint, or none is good
   */
  public static TrainedModel open(RunDirectory run, TrainConfig config) {
    Checkpoints.Found found = newest(run);
    FixedKeys.requireToLoad(found.checkpoint(), config, run.folder());
    return of(found, config);
  }

  static Checkpoints.Found newest(RunDirectory run) {
    return run.checkpoints()
        .newest()
        .orElseThrow(
            () ->
                new CheckpointException(
                    "Checkpoint: the run at "
                        + run.folder()
                        + " has not saved one yet; train again with the same --out"));
  }

  /** The model of a checkpoint, by a config that fits it. */
  static TrainedModel of(Checkpoints.Found found, TrainConfig config) {
    @Nullable Tokenizer tokenizer = Provenance.tokenizer(found.checkpoint().manifest());
    Model model = config.work().build(tokenizer);
    return new TrainedModel(config, tokenizer, model, found.checkpoint(), found.warnings());
  }

  /**
   * The data of a run that goes on.
   *
   * @throws IllegalArgumentException if they are not those that the run began with
   */
  Dataset dataset() {
    Dataset dataset = config.work().open(tokenizer);
    Require.that(
        dataset.fingerprint().equals(fingerprint()),
        "data.path "
            + config.data().path()
            + " must hold the data that the run began with; start a new run in another folder",
        "changed files");
    return dataset;
  }

  private String fingerprint() {
    return checkpoint.manifest().data().fingerprint();
  }

  /** How the config of the run says that text is drawn. */
  public SampleConfig sample() {
    SampleConfig sample = config.sample();
    if (sample == null) {
      throw new IllegalArgumentException(
          "generate: the run must be of a task that writes text, such as gpt (got %s)"
              .formatted(config.task()));
    }
    return sample;
  }

  /**
   * A text that was drawn.
   *
   * @param text prompt and continuation
   * @param tokens drawn
   * @param seconds that drawing them took, without loading the model
   */
  public record Generated(String text, int tokens, double seconds) {}

  /** As {@link #generate(SampleConfig, boolean)} with what is kept; the text alone. */
  public String generate(SampleConfig sample) {
    return generate(sample, true).text();
  }

  /**
   * Goes on from the prompt of a config.
   *
   * @param cached whether keys and values of earlier tokens are kept; the text is the same
   * @throws IllegalArgumentException if the run's task writes no text
   */
  public Generated generate(SampleConfig sample, boolean cached) {
    sample();
    int[] prompt = text().encode(sample.prompt());
    if (cached) {
      try (CachedScorer scorer = new CachedScorer(gpt(), weights())) {
        return draw(sample, prompt, scorer::next);
      }
    }
    try (Scorer scorer = new Scorer(gpt(), weights())) {
      return draw(sample, prompt, scorer::next);
    }
  }

  private Generated draw(SampleConfig sample, int[] prompt, Function<int[], float[]> scores) {
    TextSampler sampler = new TextSampler(sample, gpt().config().context(), scores);
    long began = System.nanoTime();
    int[] drawn = sampler.extend(prompt, text().vocabularySize());
    double seconds = (System.nanoTime() - began) / 1e9;
    return new Generated(text().decode(drawn), sample.tokens(), seconds);
  }

  /**
   * The model as a GPT.
   *
   * @throws IllegalArgumentException if the run's task is another
   */
  public Gpt gpt() {
    if (model instanceof Gpt gpt) {
      return gpt;
    }
    throw new IllegalArgumentException(
        "the run must be of task gpt (got %s)".formatted(config.task()));
  }

  /**
   * What turns text into the model's tokens.
   *
   * @throws IllegalArgumentException if the run's task has no text
   */
  public Tokenizer text() {
    if (tokenizer == null) {
      throw new IllegalArgumentException(
          "the run must be of a task with text (got %s)".formatted(config.task()));
    }
    return tokenizer;
  }

  /**
   * Scores of the token after a text.
   *
   * @param tokens of the text, at least one; of more than the context the last are seen
   * @return unnormalised log-probabilities, one for each row of the token table
   */
  public float[] scores(int[] tokens) {
    try (Scorer scorer = new Scorer(gpt(), weights())) {
      return scorer.next(tokens);
    }
  }

  /**
   * Loss and metrics over the validation part of the config's data.
   *
   * @param batches how many to draw; above 0
   * @throws IllegalArgumentException if the data are refused, or are the run's own and have changed
   */
  public Evaluation evaluate(int batches) {
    Dataset dataset = config.work().open(tokenizer);
    Require.that(
        dataset.fingerprint().equals(fingerprint()) || hasOtherData(),
        "data.path "
            + config.data().path()
            + " must hold the data that the model was trained on; name other data with --data",
        "changed files");
    TrainingSetup setup = TrainingSetup.of(config, dataset);
    Batches held = setup.data().validation();
    Validation validation = new Validation(held, batches);
    try (Evaluator evaluator = new Evaluator(model, weights(), held.shape())) {
      return validation.mean(evaluator::evaluate, new LoopListener() {});
    }
  }

  /**
   * Bytes that the tokens stand for which {@link #evaluate} predicts, for each of them: a loss in
   * nats per token, divided by it and by ln 2, is one in bits per byte.
   *
   * @param batches as there
   * @throws IllegalArgumentException if the run's task has no text
   */
  public double bytesPerToken(int batches) {
    TrainingSetup setup = TrainingSetup.of(config, config.work().open(text()));
    return new TokenBytes(text(), setup.data().validation()).mean(batches);
  }

  /** The weights by which it is used: averages where the run kept them. */
  SavedWeights weights() {
    return new SavedWeights(checkpoint.bundle(), FixedKeys.began(checkpoint).optimizer());
  }

  private boolean hasOtherData() {
    String own = FixedKeys.began(checkpoint).data().absolute().path();
    return !own.equals(config.data().absolute().path());
  }
}
