package org.tflion.train;

import java.util.List;
import java.util.function.Function;
import org.tflion.Require;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.checkpoint.Checkpoints;
import org.tflion.train.checkpoint.Manifest;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.data.Corpus;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.TokenizerSpec;
import org.tflion.train.data.tokenizer.Tokenizers;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.loop.SampleConfig;
import org.tflion.train.loop.TextSampler;
import org.tflion.train.loop.Validation;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.step.CachedScorer;
import org.tflion.train.step.Evaluator;
import org.tflion.train.step.SavedWeights;
import org.tflion.train.step.Scorer;

/**
 * What a run has learnt so far: a model, its tokenizer and its newest checkpoint.
 *
 * @param config of the run
 * @param tokenizer whose tokens the model knows
 * @param model its shape
 * @param checkpoint its weights
 * @param warnings what the user must hear of the choice of the checkpoint, a sentence each
 */
public record TrainedModel(
    TrainConfig config,
    Tokenizer tokenizer,
    Gpt model,
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
    Tokenizer tokenizer = tokenizer(found.checkpoint().manifest());
    return new TrainedModel(
        config,
        tokenizer,
        Gpt.of(config.model(), tokenizer.vocabularySize()),
        found.checkpoint(),
        found.warnings());
  }

  /**
   * The text of a run that goes on.
   *
   * @throws IllegalArgumentException if it is not the text that the run began with
   */
  Corpus corpus() {
    Corpus corpus = Corpus.open(config.data(), tokenizer);
    Require.that(
        corpus.fingerprint().equals(fingerprint()),
        "data.path "
            + config.data().path()
            + " must hold the text that the run began with; start a new run in another folder",
        "changed files");
    return corpus;
  }

  private String fingerprint() {
    return checkpoint.manifest().data().fingerprint();
  }

  static Tokenizer tokenizer(Manifest manifest) {
    return Tokenizers.of(new TokenizerSpec(manifest.tokenizer(), manifest.alphabet()));
  }

  /**
   * A text that was drawn.
   *
   * @param text prompt and continuation
   * @param tokens drawn
   * @param seconds that drawing them took, without loading the model
   */
  public record Generated(String text, int tokens, double seconds) {}

  /** Goes on from the prompt of a config, and returns prompt and continuation. */
  public String generate(SampleConfig sample) {
    return generate(sample, true).text();
  }

  /**
   * Goes on from the prompt of a config.
   *
   * @param cached whether keys and values of earlier tokens are kept; the text is the same
   */
  public Generated generate(SampleConfig sample, boolean cached) {
    int[] prompt = tokenizer.encode(sample.prompt());
    if (cached) {
      try (CachedScorer scorer = new CachedScorer(model, weights())) {
        return draw(sample, prompt, scorer::next);
      }
    }
    try (Scorer scorer = new Scorer(model, weights())) {
      return draw(sample, prompt, scorer::next);
    }
  }

  private Generated draw(SampleConfig sample, int[] prompt, Function<int[], float[]> scores) {
    TextSampler sampler = new TextSampler(sample, config.model().context(), scores);
    long began = System.nanoTime();
    int[] text = sampler.extend(prompt, tokenizer.vocabularySize());
    double seconds = (System.nanoTime() - began) / 1e9;
    return new Generated(tokenizer.decode(text), sample.tokens(), seconds);
  }

  /**
   * Scores of the token after a text.
   *
   * @param tokens of the text, at least one; of more than the context the last are seen
   * @return unnormalised log-probabilities, one for each row of the token table
   */
  public float[] scores(int[] tokens) {
    try (Scorer scorer = new Scorer(model, weights())) {
      return scorer.next(tokens);
    }
  }

  /**
   * Mean loss over the validation part of the config's text, in nats per token.
   *
   * @param batches how many to draw; above 0
   * @throws IllegalArgumentException if the text is refused, or it is the run's own and has changed
   */
  public double evaluate(int batches) {
    Corpus corpus = Corpus.open(config.data(), tokenizer);
    Require.that(
        corpus.fingerprint().equals(fingerprint()) || hasOtherText(),
        "data.path "
            + config.data().path()
            + " must hold the text that the model was trained on; name other text with --data",
        "changed files");
    TrainingSetup setup = TrainingSetup.of(config, corpus);
    Validation validation = new Validation(setup.data().validation(), batches);
    try (Evaluator evaluator = new Evaluator(model, weights(), setup.shape())) {
      return validation.mean(evaluator::evaluate, new LoopListener() {});
    }
  }

  /** The weights by which it is used: averages where the run kept them. */
  SavedWeights weights() {
    return new SavedWeights(checkpoint.bundle(), FixedKeys.began(checkpoint).optimizer());
  }

  private boolean hasOtherText() {
    String own = FixedKeys.began(checkpoint).data().absolute().path();
    return !own.equals(config.data().absolute().path());
  }
}
