package org.tflion.train.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.train.config.TrainConfigs.Settings;

/** Where each value of a config comes from. */
class ResolvedConfigTest {

  @TempDir private Path folder;

  @Test
  void namesTheLastLayerThatSaidIt() throws IOException {
    Path file = folder.resolve("my.yaml");
    Files.writeString(file, "model: {width: 64, heads: 2}\ntrain: {steps: 300}\n");
    ResolvedConfig resolved =
        TrainConfigs.resolve(
            file,
            List.of(
                new Settings("--set", List.of("model.width=32", "optimizer.name=adamw")),
                new Settings("--data", List.of("data.path=x"))));
    assertThat(resolved.config().model()).hasFieldOrPropertyWithValue("width", 32);
    assertThat(resolved.sources())
        .containsEntry("preset", "preset nano")
        .containsEntry("model.width", "--set")
        .containsEntry("model.heads", file.toString())
        .containsEntry("model.layers", "preset nano")
        .containsEntry("train.steps", file.toString())
        .containsEntry("optimizer.name", "--set")
        .containsEntry("optimizer.learning_rate", "preset nano for adamw")
        .containsEntry("data.path", "--data");
    assertThat(resolved.yaml())
        .contains("  width: 32                                 # --set\n")
        .contains("  learning_rate: 0.003                      # preset nano for adamw\n");
  }

  @Test
  void aProgramChoosesItsOptimizer() {
    ResolvedConfig resolved =
        TrainConfigs.resolve(
            null, List.of(new Settings("--set", List.of("optimizer.program=lion.txt"))));
    assertThat(resolved.sources())
        .containsEntry("optimizer.program", "--set")
        .containsEntry("optimizer.name", "as optimizer.program is set")
        .containsEntry("optimizer.learning_rate", "preset nano for program");
  }

  /** Everything that could end a line, a text or a comment early. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sample.prompt=# no comment \"x\" 'y' : z",
        "sample.prompt=true",
        "sample.prompt=12",
        "sample.prompt= a\n\tb\u2028",
        "data.path=C:\\x",
        "data.include=[\"*.txt\", \"a#b\"]",
        "optimizer.groups=[{pattern: norm, frozen: true}]",
        "preset=shakespeare",
        "optimizer.name=adafactor",
      })
  void readsBackAsTheSameConfig(String setting) throws IOException {
    ResolvedConfig resolved =
        TrainConfigs.resolve(null, List.of(new Settings("--set", List.of(setting))));
    Path file = Files.writeString(folder.resolve("printed.yaml"), resolved.yaml());
    assertThat(TrainConfigs.read(file, List.of())).isEqualTo(resolved.config());
    assertThat(resolved.sources()).containsEntry(setting.split("=", 2)[0], "--set");
  }
}
