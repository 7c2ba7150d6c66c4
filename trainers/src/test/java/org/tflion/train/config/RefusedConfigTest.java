package org.tflion.train.config;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every fault is one sentence that names the key, what it got, and the cure. */
class RefusedConfigTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "modle.layers=3 | override: key modle.layers is unknown, did you mean model.layers?",
        "learning_rate=1 | key learning_rate is unknown, did you mean optimizer.learning_rate?",
        "model.layrs=3 | key model.layrs is unknown, did you mean layers?",
        "optimiser=lion | key optimiser is unknown, did you mean optimizer?",
        "zzzzzzzz=1 | unknown, known are preset, task, model, data, optimizer, schedule, train,"
            + " guard, shard, sample",
        "schedule.zzzzzzzz=1 | known are name, warmup, stable, end",
        "optimizer.lr=1 | unknown, known are name, learning_rate, beta1, beta2,",
        "modle.zzz=1 | key modle.zzz is unknown, did you mean model?",
        "model.=1 | key model. is unknown, known are layers, heads",
        ".layers=1 | key .layers is unknown, did you mean model.layers?",
        "model.layers=010 | override model.layers: a number must not begin with a needless 0 (got"
            + " 010)",
        "train.seed=-01 | a number must not begin with a needless 0 (got -01)",
        "model.layers | override must be KEY=VALUE, such as train.steps=100 (got model.layers)",
        "model=3 | override: model is a section, set one of its keys (got model=3)",
        "preset=shakespear | preset shakespear is unknown, did you mean shakespeare?",
        "preset=xyzxyzxyz | preset xyzxyzxyz is unknown, known are nano, shakespeare, lm-110m",
        "model.layers=abc | model.layers must be a whole number of at most 2147483647 (got"
            + " \"abc\")",
        "model.layers=\"3\" | config: model.layers must be a whole number",
        "model.layers=3.0 | config: model.layers must be a whole number",
        "model.layers=3000000000 | at most 2147483647 (got 3000000000)",
        "train.replicas=3 | train.replicas must be a divisor of the sequences at once, 16 (got 3)",
        "train.replicas=2.5 | config: train.replicas must be a whole number of at most 2147483647"
            + " (got 2.5)",
        "train.replicas=0 | train.replicas must be a divisor of the sequences at once, 16 (got 0)",
        "train.steps=99999999999999999999 | config: train.steps must be a whole number",
        "model.layers= | config: model.layers must be set to a whole number",
        "model.layers=[1] | config: model.layers must be a whole number",
        "model.layers={a: 1} | config: model.layers must be a whole number",
        "model.layers={a: | override model.layers: not YAML at line",
        "model.bias=yes | config: model.bias must be true or false (got \"yes\")",
        "model.bias=1 | config: model.bias must be true or false (got 1)",
        "optimizer.beta1=x | config: optimizer.beta1 must be a number (got \"x\")",
        "optimizer.beta1=1 | config: optimizer.beta1 must be in [0, 1) (got 1.0)",
        "optimizer.learning_rate=.nan | config: optimizer.learning_rate must be",
        "optimizer.learning_rate=true | optimizer.learning_rate must be a number (got true)",
        "optimizer.epsilon=1e-8 | config: optimizer.epsilon must be left out for lion",
        "optimizer.epsilon=x | config: optimizer.epsilon must be a number",
        "optimizer.name=adam | optimizer.name must be one of [lion, sign_momentum, adamw,"
            + " adafactor, signum, sgd_momentum, radam, nadam, adabelief, amsgrad, powersign,"
            + " addsign, program] (got adam)",
        "optimizer.name=sgd_momentum | config: optimizer.learning_rate must be set to a number",
        "optimizer.name=program | config: optimizer.program must name the file of a program",
        "optimizer.groups=norm | config: optimizer.groups must be a list of sections (got"
            + " \"norm\")",
        "optimizer.groups=[norm] | config: optimizer.groups must be a list of sections",
        "optimizer.groups=[{patern: norm}] | optimizer.groups.patern is unknown, did you mean"
            + " pattern?",
        "optimizer.groups=[{frozen: true}] | optimizer.groups: pattern of a group must be a"
            + " regular",
        "optimizer.groups=[{pattern: x, frozen: 1}] | optimizer.groups.frozen must be true or"
            + " false",
        "data.include=[1] | config: data.include must be a list of texts (got [1])",
        "data.include=[null] | config: data.include must be a list of texts (got [null])",
        "data.include=[*.md] | character found .(46), a text that begins with * must be in quotes",
        "data.include=[*md] | override data.include: a text that begins with * must be in quotes"
            + " (got *md)",
        "schedule.warmup=1000 | config: schedule.warmup must be below train.steps 1000 (got 1000)",
        "model.dropout=1 | config: model.dropout must be in [0, 1) (got 1.0)",
        "model.heads=3 | config: model.heads must divide model.width 128",
      })
  void anOverride(String override, String message) {
    refused(message, () -> TrainConfigs.read(null, List.of(override)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "modle: {layers: 3} | run.yaml: key modle is unknown, did you mean model?",
        "model: {layers: 3, layrs: 4} | run.yaml: key model.layrs is unknown, did you mean",
        "optimizers: {lion: {}} | run.yaml: key optimizers is unknown, did you mean optimizer?",
        "model: 3 | run.yaml: model must be a section with the keys layers, heads, width, context,"
            + " positions, norm, activation, bias, head_width, dropout, vocabulary (got 3)",
        "model: | run.yaml: model must be a section with the keys layers, heads, width, context,"
            + " positions, norm, activation, bias, head_width, dropout, vocabulary (got null)",
        "model: {layers: 3, layers: 4} | run.yaml: not YAML at line 1, column",
        "model: {layers: 3 | run.yaml: not YAML at line",
        "'model: {layers: 3}\n  heads: 4' | run.yaml: not YAML at line 2, column",
        "'model: {}\n---\nmodel: {}' | run.yaml: not YAML at line",
        "[1, 2] | run.yaml: a config must be made of keys and values (got [1,2])",
        "text | run.yaml: a config must be made of keys and values (got \"text\")",
        "preset: 3 | config: preset must be one of [nano, shakespeare,",
        "preset: nanoo | config: preset nanoo is unknown, did you mean nano?",
        "data: {include: [*.md]} | column 19, while scanning an alias: unexpected character",
        "data: {path: 3} | config: data.path must be text, in quotes if it looks like something",
        "data: {path: null} | config: data.path must be set to text",
        "{model: {vocabulary: 255}, data: {tokenizer: byte}} | model.vocabulary must be 0 or at"
            + " least 256",
        "sample: {prompt: true} | config: sample.prompt must be text",
        "optimizer: {name: [lion]} | config: optimizer.name must be one of [lion, sign_momentum,"
            + " adamw, adafactor, signum, sgd_momentum, radam, nadam, adabelief, amsgrad,"
            + " powersign, addsign, program] (got [\"lion\"])",
      })
  void aFile(String text, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("run.yaml"), text);
    refused(message, () -> TrainConfigs.read(file, List.of()));
  }

  @Test
  void aFileThatCannotBeRead() throws IOException {
    Path gone = folder.resolve("gone.yaml");
    refused("config file must exist (got " + gone + ")", () -> TrainConfigs.read(gone, List.of()));
    refused("config file must be readable", () -> TrainConfigs.read(folder, List.of()));
    Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', (byte) 0xff});
    refused("a config file must be UTF-8", () -> TrainConfigs.read(binary, List.of()));
  }

  @Test
  void replicasOfDevices() {
    refused(
        "train.replicas must be left out with shard.mesh or shard.workers (got 2)",
        () -> TrainConfigs.read(null, List.of("train.replicas=2", "shard.mesh=fsdp=2")));
  }

  @Test
  void whatItGotIsShownOnOneLineAndNotTooLong() {
    refused(
        "(got a\\nb\\u2028\\u0000)",
        () -> TrainConfigs.read(null, List.of("optimizer.name=a\nb\u2028\0")));
    refused("xxx...", () -> TrainConfigs.read(null, List.of("x".repeat(100_000))));
  }

  private static void refused(String message, ThrowingCallable read) {
    assertThatIllegalArgumentException()
        .isThrownBy(read)
        .withMessageContaining(message)
        .extracting(Throwable::getMessage, InstanceOfAssertFactories.STRING)
        .hasLineCount(1)
        .hasSizeLessThan(1100);
  }
}
