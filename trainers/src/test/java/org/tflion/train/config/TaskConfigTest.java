package org.tflion.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.model.vit.VitConfig;
import org.tflion.train.task.Task;
import org.tflion.train.task.Tasks;

/** The task decides which keys there are. */
class TaskConfigTest {

  private static TrainConfig read(String... overrides) {
    return TrainConfigs.read(null, List.of(overrides));
  }

  @Test
  void aTaskWithoutAPresetTakesItsFirst() {
    assertThat(read().task()).isEqualTo("gpt");
    assertThat(read().preset()).isEqualTo("nano");
    assertThat(read().model()).isInstanceOf(GptConfig.class);
    assertThat(read("task=vit").preset()).isEqualTo("vit-mnist");
    assertThat(read("task=vit").model()).isInstanceOf(VitConfig.class);
    assertThat(read("preset=vit-b16").task()).isEqualTo("vit");
    assertThat(read("preset=nano", "preset=vit-b16").task()).isEqualTo("vit");
  }

  /** As runs wrote it before there was more than one task. */
  @Test
  void aConfigThatNamesNoTaskIsOfAGpt() {
    String yaml = TrainConfigs.write(read()).replaceFirst("task: .*\n", "");
    assertThat(yaml).doesNotContain("task");
    assertThat(TrainConfigs.parse("old", yaml)).isEqualTo(read());
  }

  static List<String> tasks() {
    return Tasks.names();
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void everyPresetIsOfItsTask(String name) {
    Task<?, ?> task = Tasks.of(name).orElseThrow();
    for (String preset : task.presets()) {
      TrainConfig config = read("preset=" + preset);
      assertThat(config.task()).isEqualTo(name);
      assertThat(config.sample() != null).isEqualTo(task.writesText());
      assertThat(TrainConfigs.parse("its own", TrainConfigs.write(config))).isEqualTo(config);
    }
  }

  @Test
  void namesAreThereOnce() {
    assertThat(new HashSet<>(Tasks.names())).hasSameSizeAs(Tasks.names());
    assertThat(new HashSet<>(Tasks.presets())).hasSameSizeAs(Tasks.presets());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "task=vti;config: task vti is unknown, did you mean vit?",
        "preset=vit-mnits;config: preset vit-mnits is unknown, did you mean vit-mnist?",
        "model.pacth=4;override: key model.pacth is unknown, did you mean patch?",
        "data.tokenizer=byte;override: key data.tokenizer is unknown, known are path, validation,",
        "sample.prompt=a;override: key sample.prompt is unknown, known are preset, task, model,",
        "data.shift=-1;config: data.shift must be 0 or more (got -1)",
        "model.pooling=2;config: model.pooling must be one of [class, mean] (got 2)",
        "model.patch=two;config: model.patch must be a whole number",
      })
  void aWrongKeyOfATaskIsNamed(String override, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("task=vit", override))
        .withMessageStartingWith(sentence);
  }

  @Test
  void aPresetOfAnotherTaskIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("preset=nano", "task=vit"))
        .withMessage(
            "config: task must be gpt for preset nano (got vit); the presets of vit are vit-mnist,"
                + " vit-b16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainConfigs.parse("file", "task: 3\n"))
        .withMessageStartingWith("config: task must be one of [gpt, vit, bert]");
  }
}
