package org.tflion.train.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tflion.train.Configs;
import org.tflion.train.data.DataConfig;
import org.tflion.train.loop.SampleConfig;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.step.GroupConfig;
import org.tflion.train.step.OptimizerConfig;
import org.tflion.train.step.ScheduleConfig;

class TrainConfigsTest {

  @TempDir private Path folder;

  static List<String> presets() {
    return TrainConfigs.presets();
  }

  @Test
  void withoutFileAndOverridesItIsNano() {
    TrainConfig config = TrainConfigs.read(null, List.of());
    assertThat(config.preset()).isEqualTo("nano");
    assertThat(((DataConfig) config.data()).include()).containsExactly("*.java", "*.md");
    assertThat(config.optimizer())
        .isEqualTo(new Configs.Plain("lion", 1e-3, 0.9, 0.99, null, 0.1, 1.0, "auto").config());
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyPresetReadsBackAsItWasWrittenWithEveryOptimizer(String preset) throws IOException {
    for (String optimizer : OptimizerConfig.NAMES) {
      TrainConfig config =
          read(
              "",
              "preset=" + preset,
              "optimizer.name=" + optimizer,
              optimizer.equals("program")
                  ? "optimizer.program=some.txt"
                  : "optimizer.learning_rate=0.1");
      assertThat(config.optimizer().name()).isEqualTo(optimizer);
      assertThat(read(TrainConfigs.write(config))).isEqualTo(config);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "signum, 1e-3, 0.1",
    "sign_momentum, 1e-3, 0.1",
    "radam, 3e-3, 0.1",
    "amsgrad, 3e-3, 0.1",
    "adafactor, 0.01, 0"
  })
  void anOptimizerThatAPresetDoesNotKnowBeginsLikeItsRelative(
      String name, double rate, double decay) throws IOException {
    assertThat(read("", "optimizer.name=" + name).optimizer())
        .isEqualTo(new Configs.Plain(name, rate, null, null, null, decay, 1.0, "auto").config());
  }

  @Test
  void aProgramIsItsOwnOptimizer() throws IOException {
    OptimizerConfig program = read("", "optimizer.program=some.txt").optimizer();
    assertThat(program.name()).isEqualTo("program");
    assertThat(program.learningRate()).isEqualTo(1e-3);
    assertThat(program.absolute().program())
        .startsWith(File.separator)
        .endsWith(File.separator + "some.txt");
  }

  @Test
  void groupsReadBackAsTheyWereWritten() throws IOException {
    TrainConfig config =
        read(
            "",
            "optimizer.groups=[{pattern: norm, frozen: true}, {pattern: embed, name: adamw, beta1:"
                + " 0.8}]");
    assertThat(config.optimizer().groups())
        .containsExactly(
            new GroupConfig("norm", true, null, null, null, null, null, null),
            new GroupConfig("embed", null, "adamw", null, null, 0.8, null, null));
    assertThat(read(TrainConfigs.write(config))).isEqualTo(config);
  }

  @Test
  void awkwardValuesReadBackAsTheyWereWritten() throws IOException {
    String prompt = "*a: \"b\" # c\n\t'\u00e9" + Character.toString(0x1f981) + " ";
    TrainConfig config =
        read(
            "",
            "optimizer.learning_rate=1.2345678901234567E-9",
            "train.seed=-9223372036854775808",
            "train.steps=9223372036854775807",
            "sample.prompt=" + prompt,
            "data.path=007",
            "data.include=*.a,true,1e3,~");
    assertThat(config.sample()).extracting(SampleConfig::prompt).isEqualTo(prompt);
    assertThat(((DataConfig) config.data()).include()).containsExactly("*.a", "true", "1e3", "~");
    assertThat(read(TrainConfigs.write(config))).isEqualTo(config);
  }

  @Test
  void everyResourceIsAPreset() throws IOException, URISyntaxException {
    var resources = Objects.requireNonNull(TrainConfigs.class.getResource("presets"));
    try (Stream<Path> files = Files.list(Path.of(resources.toURI()))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", "")))
          .containsExactlyInAnyOrderElementsOf(TrainConfigs.presets());
    }
  }

  /** Chen et al. (2023): sizes and steps of its language models, and Table 12. */
  @Test
  void theLanguageModelsAreThoseOfThePaper() {
    assertSize("lm-110m", new int[] {12, 768, 12, 64, 512, 32000}, 125000, 262144);
    assertSize("lm-336m", new int[] {24, 1024, 16, 64, 1024, 32000}, 125000, 262144);
    assertSize("lm-731m", new int[] {24, 1536, 16, 96, 1024, 32000}, 125000, 262144);
    assertSize("lm-1.1b", new int[] {24, 1536, 16, 96, 1024, 256000}, 100000, 3145728);
    assertSize("lm-2.1b", new int[] {32, 2048, 16, 128, 1024, 256000}, 100000, 3145728);
    assertSize("lm-7.5b", new int[] {32, 4096, 32, 128, 1024, 256000}, 100000, 3145728);
    assertLion("lm-110m", 3e-4, .95, .98, 0);
    assertLion("lm-336m", 3e-4, .95, .98, 0);
    assertLion("lm-731m", 3e-4, .95, .98, 0);
    assertLion("lm-1.1b", 2e-4, .9, .99, 0.005);
    assertLion("lm-2.1b", 2e-4, .9, .99, 0.005);
    assertLion("lm-7.5b", 1e-4, .9, .99, 0.01);
  }

  private static void assertSize(String preset, int[] size, long steps, int tokensPerBatch) {
    TrainConfig config = TrainConfigs.read(null, List.of("preset=" + preset));
    GptConfig model = (GptConfig) config.model();
    assertThat(
            new int[] {
              model.layers(),
              model.width(),
              model.heads(),
              model.widthOfHead(),
              model.context(),
              model.vocabulary()
            })
        .as(preset)
        .isEqualTo(size);
    assertThat(config.train().steps()).isEqualTo(steps);
    assertThat(config.train().batch() * model.context()).isEqualTo(tokensPerBatch);
    assertThat(config.schedule()).isEqualTo(new ScheduleConfig("linear", 10_000, 0, 0));
  }

  private static void assertLion(
      String preset, double rate, double beta1, double beta2, double decay) {
    TrainConfig lion = TrainConfigs.read(null, List.of("preset=" + preset));
    assertThat(lion.optimizer())
        .isEqualTo(
            new Configs.Plain("lion", rate, beta1, beta2, null, decay, 1.0, "auto").config());
    TrainConfig adamw =
        TrainConfigs.read(null, List.of("preset=" + preset, "optimizer.name=adamw"));
    assertThat(adamw.optimizer())
        .isEqualTo(new Configs.Plain("adamw", 3e-3, 0.9, 0.99, 1e-6, 0, 1.0, "auto").config());
  }

  @Test
  void laterLayersWin() throws IOException {
    String file = "preset: shakespeare\nmodel: {layers: 6, heads: 8}\ntrain: {batch: 24}\n";
    TrainConfig config = read(file, "model.layers=7", "train.steps=300", "model.layers=8");
    GptConfig model = (GptConfig) config.model();
    assertThat(model.layers()).isEqualTo(8);
    assertThat(model.heads()).isEqualTo(8);
    assertThat(model.width()).isEqualTo(128);
    assertThat(config.train().batch()).isEqualTo(24);
    assertThat(config.train().steps()).isEqualTo(300);
    assertThat(config.data().tokenizer()).isEqualTo("char");
    assertThat(read(file, "preset=nano").data().tokenizer()).isEqualTo("auto");
  }

  @Test
  void aChosenOptimizerBringsItsOwnNumbersBelowWhatWasSaid() throws IOException {
    String file = "optimizer: {name: adamw, beta1: 0.8}\n";
    OptimizerConfig adamw = read(file, "optimizer.weight_decay=0.3").optimizer();
    assertThat(adamw)
        .isEqualTo(new Configs.Plain("adamw", 3e-3, 0.8, 0.99, 1e-8, 0.3, 1.0, "auto").config());
    OptimizerConfig lion = read(file, "optimizer.name=lion").optimizer();
    assertThat(lion)
        .isEqualTo(new Configs.Plain("lion", 1e-3, 0.8, 0.99, null, 0.1, 1.0, "auto").config());
  }

  @Test
  void overridesTakeTextAsItStands() throws IOException {
    TrainConfig config =
        read("", "sample.prompt=ROMEO: a=b", "data.include=*.md, docs/**", "data.path=true");
    assertThat(config.sample()).extracting(SampleConfig::prompt).isEqualTo("ROMEO: a=b");
    assertThat(((DataConfig) config.data()).include()).containsExactly("*.md", "docs/**");
    assertThat(config.data().path()).isEqualTo("true");
    DataConfig list = (DataConfig) read("", "data.include=[\"a,b\", c]").data();
    assertThat(list.include()).containsExactly("a,b", "c");
  }

  @ParameterizedTest
  @CsvSource({"1e-3, 0.001", "1E-3, 0.001", "1.e-3, 0.001", ".001, 0.001", "2, 2", "+2.5, 2.5"})
  void numbersMayBeWrittenInEveryUsualWay(String text, double value) throws IOException {
    assertThat(read("optimizer:\n  learning_rate: " + text + "\n").optimizer().learningRate())
        .isEqualTo(value);
    assertThat(read("", "optimizer.learning_rate=" + text).optimizer().learningRate())
        .isEqualTo(value);
  }

  @Test
  void anEmptyFileSaysNothing() throws IOException {
    assertThat(read("# only a comment\n")).isEqualTo(TrainConfigs.read(null, List.of()));
    assertThat(read("")).isEqualTo(TrainConfigs.read(null, List.of()));
  }

  private TrainConfig read(String file, String... overrides) throws IOException {
    Path path = Files.writeString(folder.resolve("run.yaml"), file);
    return TrainConfigs.read(path, List.of(overrides));
  }
}
