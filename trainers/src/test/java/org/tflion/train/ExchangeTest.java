package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.safetensors.TensorFolder;

/** Models leave and come back with the numbers that they had. */
class ExchangeTest {

  private static final LoopListener SILENT = new LoopListener() {};

  /** 26 bytes, more than the 8 that the model sees. */
  private static final String TEXT = "the quick brown fox jumped";

  @TempDir private static Path shared;
  @TempDir private Path folder;

  /** A run of 3 steps, whose biases are no longer zero. */
  @BeforeAll
  static void train() throws IOException {
    TinyRun.in(shared);
    train("plain", "model.bias=true", "model.layers=2");
  }

  private static TrainedModel train(String name, String... settings) {
    Path run = shared.resolve(name);
    String[] all = Arrays.copyOf(settings, settings.length + 1);
    all[settings.length] = "optimizer.jit=off";
    TrainConfig config = new TinyRun(shared.resolve("text.txt")).config(all);
    try (Training training = Training.start(config, run)) {
      training.run(3, SILENT);
    }
    return open(run);
  }

  private static TrainedModel open(Path run) {
    RunDirectory directory = RunDirectory.open(run);
    return TrainedModel.open(directory, directory.read(List.of()));
  }

  private static TrainedModel plain() {
    return open(shared.resolve("plain"));
  }

  private static float[] scores(TrainedModel model) {
    return model.scores(model.text().encode(TEXT));
  }

  private Path exported(TrainedModel model) {
    new ModelExport(model, folder.resolve("exported")).safetensors();
    return folder.resolve("exported");
  }

  private TrainedModel imported(Path from, String... settings) {
    Path run = folder.resolve("imported");
    new ModelImport(from, null, List.of(settings)).into(run);
    return open(run);
  }

  @Test
  void comesBackWithTheSameScores() {
    TrainedModel again = imported(exported(plain()));
    assertThat(scores(again)).containsExactly(scores(plain()));
    assertThat(again.text().name()).isEqualTo("byte");
    assertThat(again.generate(again.sample())).startsWith("public ");
  }

  /** GPT-2 has biases everywhere; zeros change nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"gelu", "gelu_tanh"})
  void aModelWithoutBiasesGetsZeros(String activation) {
    TrainedModel model =
        train("bare-" + activation, "model.bias=false", "model.activation=" + activation);
    TrainedModel again = imported(exported(model));
    assertThat(again.gpt().config().bias()).isTrue();
    assertThat(again.gpt().config().activation()).isEqualTo(activation);
    // The same sums, with zeros added.
    assertThat(scores(again)).containsExactly(scores(model), within(1e-6f));
  }

  /** By the averages, as the model itself is used. */
  @Test
  void takesTheAverages() {
    TrainedModel model = train("averaged", "optimizer.average=0.9", "model.bias=true");
    assertThat(scores(imported(exported(model)))).containsExactly(scores(model));
  }

  @Test
  void hasTheNamesAndShapesOfGpt2() throws IOException {
    Path exported = exported(plain());
    try (TensorFolder tensors = TensorFolder.open(exported)) {
      Map<String, List<Long>> shapes = new TreeMap<>();
      tensors.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
      assertThat(shapes)
          .hasSize(2 + 2 * 12 + 2)
          .containsEntry("transformer.wte.weight", List.of(256L, 16L))
          .containsEntry("transformer.wpe.weight", List.of(8L, 16L))
          .containsEntry("transformer.h.0.ln_1.weight", List.of(16L))
          .containsEntry("transformer.h.0.ln_2.bias", List.of(16L))
          .containsEntry("transformer.h.1.attn.c_attn.weight", List.of(16L, 48L))
          .containsEntry("transformer.h.1.attn.c_proj.bias", List.of(16L))
          .containsEntry("transformer.h.0.mlp.c_fc.weight", List.of(16L, 64L))
          .containsEntry("transformer.h.0.mlp.c_proj.weight", List.of(64L, 16L))
          .containsEntry("transformer.ln_f.bias", List.of(16L));
    }
    assertThat(Files.readString(exported.resolve("config.json")))
        .contains("\"model_type\" : \"gpt2\"", "\"n_positions\" : 8", "\"n_layer\" : 2")
        .contains("\"activation_function\" : \"gelu\"", "\"eos_token_id\" : null");
  }

  @ParameterizedTest
  @CsvSource({
    "model.positions=rope, model.positions learned (got rope)",
    "model.norm=rmsnorm, model.norm layernorm (got rmsnorm)",
    "model.activation=geglu, model.activation gelu or gelu_tanh (got geglu)",
    "model.head_width=4, model.head_width 0 or width / heads (got 4)",
  })
  void refusesWhatGpt2CannotHold(String setting, String rule) {
    TrainedModel model = train("other-" + setting, setting);
    assertThatThrownBy(() -> exported(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("export: GPT-2's architecture needs " + rule);
    assertThat(folder.resolve("exported")).doesNotExist();
  }

  @Test
  void refusesAFolderThatHoldsSomething() throws IOException {
    Files.writeString(folder.resolve("x"), "");
    for (Path taken : List.of(folder, folder.resolve("x"))) {
      assertThatThrownBy(() -> new ModelExport(plain(), taken))
          .hasMessageStartingWith("--out must be a new or empty folder (got " + taken);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"model_type\" : \"gpt2\" | \"model_type\" : \"llama\" | model_type must be gpt2",
        "\"n_inner\" : null | \"n_inner\" : 65 | n_inner must be null or 4 * n_embd (got 65)",
        "\"gelu\" | \"relu\" | activation_function must be one of GELU's",
        "\"n_layer\" : 2 | \"n_layer\" : 1 | import: every tensor must be one of GPT-2's",
        "\"n_layer\" : 2 | \"n_layer\" : 3 | tensor transformer.h.2.ln_1.weight must be of shape",
        "\"n_embd\" : 16 | \"n_embd\" : 18 | must be of shape [256, 18] (got [256, 16])",
        "\"n_embd\" : 16 | \"n_embd\" : 17 | model.heads must divide",
        "\"n_embd\" : 16 | \"n_embd\" : 1e9 | n_embd must be a whole number",
        "\"attn_pdrop\" : 0.0 | \"attn_pdrop\" : 0.1 | attn_pdrop must be as resid_pdrop",
        "1.0E-5 | 1.0E-6 | layer_norm_epsilon must be 1e-5",
        "\"scale_attn_weights\" : true | \"scale_attn_weights\" : false | scale_attn_weights must",
        "\"vocab_size\" : 256 | \"vocab_size\" : 200 | at least the tokenizer's 256",
      })
  void refusesAConfigOfAnotherModel(String old, String now, String why) throws IOException {
    Path exported = exported(plain());
    Path config = exported.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(old);
    Files.writeString(config, text.replace(old, now));
    assertThatThrownBy(() -> imported(exported))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
    assertThat(folder.resolve("imported")).doesNotExist();
  }

  @Test
  void refusesToSetWhatTheWeightsHaveSet() {
    Path exported = exported(plain());
    assertThatThrownBy(() -> imported(exported, "model.layers=1"))
        .hasMessage("import: of the model only model.dropout may be set (got model.layers=1)");
    assertThatThrownBy(() -> imported(exported, "optimizer.average=0.5"))
        .hasMessageStartingWith("import: optimizer.average must be 0");
    assertThat(imported(exported, "model.dropout=0.2").gpt().config().dropout()).isEqualTo(0.2);
  }

  @Test
  void anImportedRunIsEvaluatedAndBegunFrom() {
    Path exported = exported(plain());
    TrainedModel again = imported(exported);
    TrainConfig config =
        RunDirectory.open(folder.resolve("imported"))
            .read(List.of("data.path=" + shared.resolve("text.txt"), "train.batch=4"));
    double loss =
        TrainedModel.open(new RunDirectory(folder.resolve("imported")), config)
            .evaluate(2)
            .loss()
            .value();
    assertThat(loss).isEqualTo(plain().evaluate(2).loss().value());
    assertThatThrownBy(() -> again.evaluate(2)).hasMessageContaining("data.path");
    TrainConfig next =
        new TinyRun(shared.resolve("text.txt"))
            .config(
                "model.bias=true",
                "model.layers=2",
                "model.vocabulary=256",
                "data.tokenizer=auto",
                "optimizer.jit=off");
    try (Training training =
        Training.start(
            next,
            folder.resolve("next"),
            WeightSource.open(folder.resolve("imported"), null),
            Engine.TENSORFLOW)) {
      assertThat(training.run(1, SILENT).loss()).isCloseTo(loss, within(0.5));
    }
  }

  /** Loaded as any other program would. */
  @Test
  void aSavedModelGivesTheSameScores() {
    for (TrainedModel model :
        List.of(plain(), train("rope", "model.positions=rope", "optimizer.average=0.5"))) {
      Path out = folder.resolve("saved-" + model.gpt().config().positions());
      new ModelExport(model, out).savedModel();
      try (SavedModelBundle bundle = SavedModelBundle.load(out.toString(), "serve")) {
        for (String text : List.of("t", "the quic", TEXT)) {
          int[] tokens = model.text().encode(text);
          try (TInt32 fed = TInt32.tensorOf(Shape.of(tokens.length), DataBuffers.of(tokens));
              Result result = bundle.function("serving_default").call(Map.of("tokens", fed))) {
            TFloat32 logits = (TFloat32) Objects.requireNonNull(result.get("logits").orElse(null));
            float[] values = new float[(int) logits.size()];
            logits.asRawTensor().data().asFloats().read(values);
            assertThat(values).as(text).containsExactly(model.scores(tokens));
          }
        }
      }
    }
  }
}
