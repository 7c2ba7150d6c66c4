package org.tflion.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.checkpoint.Manifest;
import org.tflion.train.checkpoint.Manifest.DataPosition;
import org.tflion.train.checkpoint.Manifest.GuardState;
import org.tflion.train.checkpoint.Manifest.OptimizerState;
import org.tflion.train.checkpoint.Manifest.RandomState;
import org.tflion.train.checkpoint.Manifest.TensorEntry;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.Tokenizers;
import org.tflion.train.exchange.Gpt2Config;
import org.tflion.train.exchange.Gpt2Weights;
import org.tflion.train.exchange.TokenizerFiles;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.safetensors.TensorFolder;
import org.tflion.train.step.BundleTensors;
import org.tflion.train.step.StateTensor;

/**
 * Makes a run of a model that another program has trained: its checkpoint at step 0 holds the
 * weights, by which it is used, evaluated, or another run begins.
 *
 * @param from a folder with {@code config.json}, {@code model.safetensors} and {@code
 *     tokenizer.json} of a GPT-2
 * @param tokenizer a name or file instead of the folder's own, or null
 * @param overrides settings of the run's config
 */
public record ModelImport(Path from, @Nullable String tokenizer, List<String> overrides) {

  /** What its checkpoint says instead of the fingerprint of a text. */
  private static final String NO_TEXT = "imported";

  /** No config of a model comes near. */
  private static final long LARGEST_CONFIG = 1 << 20;

  /**
   * Writes the run.
   *
   * @param out its folder, which must not hold a run yet
   * @return number of the model's parameters
   * @throws IllegalArgumentException if a file is not of a GPT-2 that we have, naming the key or
   *     the tensor
   */
  public long into(Path out) {
    Gpt model = model();
    Tokenizer known = tokenizer == null ? TokenizerFiles.read(from) : Tokenizers.named(tokenizer);
    TrainConfig config = config(model.config()).absolute();
    if (!(config.work().build(known) instanceof Gpt used)) {
      throw new IllegalArgumentException(
          "import: task must be gpt (got %s)".formatted(config.task()));
    }
    try (TensorFolder tensors = TensorFolder.open(from)) {
      Function<String, float[]> values = Gpt2Weights.read(used, tensors);
      new RunDirectory(out).requireFree();
      RunLock lock = RunLock.take(out);
      try {
        RunDirectory run = RunDirectory.create(out, config);
        Manifest manifest = manifest(config, known, used);
        run.writer(config.train()).write(manifest, prefix -> write(prefix, used, values));
      } finally {
        lock.close();
      }
    }
    return used.size();
  }

  private Gpt model() {
    Path file = from.resolve("config.json");
    try {
      Require.that(Files.exists(file), "--from must be a folder with config.json", from);
      Require.that(Files.size(file) <= LARGEST_CONFIG, file + " must be small", Files.size(file));
      return Gpt2Config.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " must be readable (got " + e.getClass().getSimpleName() + ")", e);
    }
  }

  /** The model is what it is; its dropout may be another, and so may all that is not the model. */
  private TrainConfig config(GptConfig model) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.layers=" + model.layers(),
                "model.heads=" + model.heads(),
                "model.width=" + model.width(),
                "model.context=" + model.context(),
                "model.positions=" + model.positions(),
                "model.norm=" + model.norm(),
                "model.activation=" + model.activation(),
                "model.bias=" + model.bias(),
                "model.head_width=" + model.headWidth(),
                "model.dropout=" + model.dropout(),
                "model.vocabulary=" + model.vocabulary(),
                "data.tokenizer=auto"));
    settings.addAll(overrides);
    for (String override : overrides) {
      Require.that(
          !override.startsWith("model.") || override.startsWith("model.dropout="),
          "import: of the model only model.dropout may be set",
          override);
    }
    TrainConfig config = TrainConfigs.read(null, settings);
    Require.that(
        config.optimizer().average() == 0,
        "import: optimizer.average must be 0, as there are no averages to begin with",
        config.optimizer().average());
    return config;
  }

  private static void write(Path prefix, Gpt model, Function<String, float[]> values) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      shapes.put(StateTensor.WEIGHTS + parameter.name(), parameter.sizes());
    }
    new BundleTensors(prefix)
        .write(shapes, name -> values.apply(name.substring(StateTensor.WEIGHTS.length())));
  }

  private static Manifest manifest(TrainConfig config, Tokenizer tokenizer, Gpt model) {
    long seed = config.train().seed();
    return new Manifest(
        Manifest.FORMAT_VERSION,
        0,
        Version.CURRENT,
        TrainConfigs.write(config),
        tokenizer.name(),
        tokenizer.spec().definition(),
        new DataPosition(NO_TEXT, seed, 0),
        new RandomState(seed, 0),
        new GuardState(0, 0, List.of()),
        new OptimizerState(config.optimizer().name(), List.of()),
        Provenance.schedule(config),
        null,
        model.parameters().stream()
            .map(p -> new TensorEntry(StateTensor.WEIGHTS + p.name(), "float32", p.sizes()))
            .toList(),
        List.of());
  }
}
