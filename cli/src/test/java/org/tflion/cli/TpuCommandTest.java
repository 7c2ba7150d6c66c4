package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.cli.tpu.FakeRuntime;
import org.tflion.cli.tpu.TpuRuntimes;
import org.tflion.tpu.compile.Compiler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class TpuCommandTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int tflion(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void watchShowsWhatTheRuntimeSays() throws Exception {
    try (FakeRuntime runtime = FakeRuntime.start()) {
      String address = runtime.address();
      assertThat(tflion("tpu", "watch", "--once", "--address", address)).isZero();
      assertThat(out.toString())
          .contains(address + "  up 60 s")
          .contains("device 0    HBM 12.50 of 16.90 GB  duty 88 %  idle -");
      out.getBuffer().setLength(0);
      assertThat(tflion("tpu", "watch", "--once", "--json", "--address", address)).isZero();
      JsonNode sample = new ObjectMapper().readTree(out.toString());
      assertThat(sample.get("uptime_seconds").asDouble()).isEqualTo(60);
      JsonNode device = sample.get("devices").get(0);
      assertThat(device.get("hbm_used_bytes").asLong()).isEqualTo(12_500_000_000L);
      assertThat(device.get("duty_cycle_percent").asDouble()).isEqualTo(87.5);
      assertThat(device.has("idle_seconds")).isFalse();
    }
  }

  @Test
  void trainingAddsThemToItsMetrics() throws Exception {
    Path run = folder.resolve("run");
    Files.writeString(folder.resolve("text.txt"), "to be or not to be ".repeat(100));
    try (FakeRuntime runtime = FakeRuntime.start()) {
      List<String> arguments = new ArrayList<>(List.of("train", "--out", run.toString()));
      arguments.addAll(List.of("--data", folder.resolve("text.txt").toString()));
      arguments.addAll(List.of("--tpu-metrics", runtime.address()));
      Stream.of(
              "model.layers=1",
              "model.heads=1",
              "model.width=8",
              "model.context=8",
              "train.batch=2",
              "train.steps=2",
              "train.eval_batches=1",
              "schedule.warmup=0",
              "sample.tokens=1",
              "sample.prompt=t")
          .forEach(setting -> arguments.addAll(List.of("--set", setting)));
      assertThat(tflion(arguments.toArray(String[]::new))).as(err.toString()).isZero();
    }
    List<String> lines = Files.readAllLines(run.resolve("metrics.jsonl"));
    assertThat(lines)
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .endsWith(
                        "\"hbm_used_bytes\":1.25E10,\"hbm_total_bytes\":1.69E10,"
                            + "\"duty_cycle_percent\":87.5}"));
  }

  @Test
  void watchSaysWhenNothingAnswers() {
    assertThat(tflion("tpu", "watch", "--once", "--address", "localhost:1")).isEqualTo(1);
    assertThat(err.toString()).startsWith("tflion: no TPU runtime answers (");
    assertThat(tflion("tpu", "watch", "--once", "--interval", "0")).isEqualTo(2);
  }

  /** A runtime that is gone hides none of the others. */
  @Test
  void watchShowsThoseThatAnswer() throws Exception {
    try (FakeRuntime runtime = FakeRuntime.start()) {
      String addresses = "localhost:1," + runtime.address();
      assertThat(tflion("tpu", "watch", "--once", "--address", addresses)).isZero();
      assertThat(out.toString()).startsWith(runtime.address() + "  up 60 s");
      assertThat(err.toString()).startsWith("tflion: no TPU runtime answers (").hasLineCount(1);
    }
  }

  @Test
  @Timeout(60)
  void watchGoesOnUntilItIsStopped() throws Exception {
    try (FakeRuntime runtime = FakeRuntime.start();
        PipedReader samples = new PipedReader();
        PrintWriter writer = new PrintWriter(new PipedWriter(samples), true)) {
      String[] arguments = {
        "tpu", "watch", "--json", "--interval", "0.01", "--address", runtime.address()
      };
      ExecutorService thread = Executors.newSingleThreadExecutor();
      Future<Integer> watch =
          thread.submit(() -> Main.run(writer, new PrintWriter(err, true), arguments));
      BufferedReader lines = new BufferedReader(samples);
      for (int i = 0; i < 3; i++) {
        JsonNode sample = new ObjectMapper().readTree(Objects.requireNonNull(lines.readLine()));
        assertThat(sample.get("address").asString()).isEqualTo(runtime.address());
      }
      assertThat(watch.cancel(true)).as("it was still at work").isTrue();
      thread.shutdown();
      assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void watchAsksThePortsOfItsHost() {
    assertThat(TpuRuntimes.local(Map.of())).containsExactly("localhost:8431");
    assertThat(TpuRuntimes.local(Map.of("TPU_RUNTIME_METRICS_PORTS", "8431, 8432")))
        .containsExactly("localhost:8431", "localhost:8432");
  }

  private int compile(Path plugin, String topology, String mesh, String... more) {
    String[] arguments = {
      "tpu", "compile", "--topology", topology, "--mesh", mesh, "--plugin", plugin.toString()
    };
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return tflion(all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v5e:2x2 | data=2,fsdp=4 | DeviceMesh: the mesh data=2,fsdp=4 must cover the 4 devices of"
            + " v5e:2x2; change the axis sizes until their product matches (got 8)",
        "v5e:2x2 | model=4 | Mesh: an axis must be one of [data, fsdp, tensor] (got model)",
        "v9:2x2 | data=4 | TpuSlice: the generation must be one of v2, v3, v4, v5e, v5p, v6e, tpu7x"
            + " (got v9)",
      })
  void compileRefusesWhatDoesNotFitTheSlice(String topology, String mesh, String sentence)
      throws Exception {
    Path plugin = Files.createFile(folder.resolve("plugin.so"));
    assertThat(compile(plugin, topology, mesh)).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("tflion: " + sentence + System.lineSeparator());
  }

  @Test
  void compileRefusesAWidthThatDoesNotDivide() throws Exception {
    Path plugin = Files.createFile(folder.resolve("plugin.so"));
    String[] settings = {"--set", "model.width=90", "--set", "model.heads=2"};
    assertThat(compile(plugin, "v5e:2x2", "fsdp=4", settings)).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "tflion: PartitionSpec: dimension 1 of embedding.tokens must divide into 4 equal"
                + " shards; change the width or the mesh fsdp=4 (got 90)"
                + System.lineSeparator());
  }

  @Test
  void compileRefusesRowsThatDoNotDivide() throws Exception {
    Path plugin = Files.createFile(folder.resolve("plugin.so"));
    assertThat(compile(plugin, "v5e:2x2", "fsdp=4", "--set", "train.batch=6")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "tflion: train.batch and train.micro_batch must be multiples of data * fsdp = 4 of the"
                + " mesh fsdp=4 (got 6)"
                + System.lineSeparator());
  }

  @Test
  void compileRefusesAMissingPlugin() {
    assertThat(compile(folder.resolve("libtpu.so"), "v5e:2x2", "data=4")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("tflion: Plugin: the library must be a file; give the path of one such as")
        .hasLineCount(1);
  }

  /** On an old Java that is the Java; on a new one, that the file is no library. */
  @Test
  void compileRefusesWhatIsNoPlugin() throws Exception {
    Path plugin = Files.writeString(folder.resolve("plugin.so"), "text");
    assertThat(compile(plugin, "v5e:2x2", "data=4")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            Runtime.version().feature() < Compiler.JAVA
                ? "set TFLION_JDK22 to the folder of such a JDK (got "
                : "must be a shared library for this machine");
  }

  @Test
  void outTakesOneOptimizer() {
    String[] more = {"--optimizer", "lion,adamw", "--out", folder.resolve("step").toString()};
    assertThat(compile(folder.resolve("libtpu.so"), "v5e:2x2", "data=4", more)).isEqualTo(2);
    assertThat(err.toString()).contains("--out must come with one optimizer (got 2)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--engine pjrt | --engine pjrt must come with --plugin FILE",
        "--plugin none.so | --plugin must come with --engine pjrt",
        "--engine pjrt --plugin none.so --set shard.mesh=fsdp=2 | shard must be left out for the"
            + " engine pjrt, which has one device (got 2)",
        "--engine pjrt --plugin none.so | Plugin: the library must be a file; give the path of one"
            + " such as libtpu.so (got none.so)",
      })
  void trainRefusesAnEngineThatIsNotThere(String options, String sentence) throws Exception {
    Path text = Files.writeString(folder.resolve("text.txt"), "to be or not to be ".repeat(100));
    List<String> arguments = new ArrayList<>(List.of("train", "--data", text.toString()));
    arguments.addAll(List.of("--out", folder.resolve("run").toString()));
    arguments.addAll(List.of(options.split(" ", -1)));
    assertThat(tflion(arguments.toArray(String[]::new))).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("tflion: " + sentence + System.lineSeparator());
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
