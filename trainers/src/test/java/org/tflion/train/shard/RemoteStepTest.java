package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.data.Batches;
import org.tflion.train.data.PlacedRows;
import org.tflion.train.data.Sampler;
import org.tflion.train.data.source.FileBytes;
import org.tflion.train.data.source.PackedTokens;
import org.tflion.train.step.Step;

/** The same steps on workers in processes of their own. */
class RemoteStepTest {

  private static final int STEPS = 50;
  private static final double PROMISED = 1e-5;

  private static final List<WorkerProcess> WORKERS = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    for (int i = 0; i < 4; i++) {
      WORKERS.add(WorkerProcess.start());
    }
    for (WorkerProcess worker : WORKERS) {
      worker.await();
    }
  }

  @AfterAll
  static void end() {
    WORKERS.forEach(WorkerProcess::close);
  }

  private static ShardConfig over(int workers) {
    return ShardConfig.NONE.over(
        WORKERS.subList(0, workers).stream().map(WorkerProcess::address).toList());
  }

  @Test
  void blocksOfWorkersComputeWhatOneDeviceComputes() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    ShardConfig shard =
        ShardConfig.NONE
            .over("data=2,fsdp=2")
            .over(WORKERS.stream().map(WorkerProcess::address).toList());
    try (Step alone = job.alone(1);
        Step sharded = job.on(shard)) {
      job.requireSameLosses(alone, sharded, STEPS, PROMISED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lion, update, 2, 3",
    "lion, off, 4, 1",
    "adamw, off, 2, 1",
    "adamw, off, 4, 3",
    "adafactor, update, 2, 3",
    "adafactor, off, 4, 3"
  })
  void computesWhatOneDeviceComputes(String name, String jit, int workers, int zero) {
    double rate = name.equals("lion") ? 1e-3 : 1e-2;
    Sharded job = Sharded.gpt(Sharded.optimizer(name, rate, jit), 1, 0);
    try (Step alone = job.alone(1);
        Step sharded = job.on(over(workers).withZero(zero))) {
      job.requireSameLosses(alone, sharded, STEPS, PROMISED);
    }
  }

  /** Tokens of a byte each, which the workers read; over the wire come places of rows alone. */
  @Test
  void workersReadTheRowsThatWouldBeSent(@TempDir Path folder) throws IOException {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    byte[] bytes = new byte[400];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * i % 23);
    }
    FileBytes file = FileBytes.open(List.of(Files.write(folder.resolve("a.bin"), bytes)));
    Batches batches = new Sampler(new PackedTokens(file, 1, 23, "test"), job.shape().rows(), 6, 7);
    PlacedRows rows = PlacedRows.of(batches);
    try (ShardedStep sent = job.on(over(2));
        ShardedStep read = job.reading(rows, over(2))) {
      for (int i = 0; i < 10; i++) {
        assertThat(read.run(rows.places().at(i)).loss()).isEqualTo(sent.run(batches.at(i)).loss());
      }
      // Of 12 rows the second worker has 6: 4 bytes for each instead of 7 tokens.
      long before = second(sent.traffic().received(batches.at(10)));
      long after = second(read.traffic().received(rows.places().at(10)));
      assertThat(before - after).isEqualTo(6 * 7 * 4 - 6 * 4);
    }
  }

  private static long second(Map<String, Long> bytes) {
    return bytes.entrySet().stream()
        .filter(entry -> entry.getKey().contains("task:1"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** AdamW with an average: a weight, three slots, and the number of updates. */
  @Test
  void everyWorkerHoldsItsShare() {
    Sharded job = Sharded.gpt(Sharded.optimizer("adamw", 1e-2, "off"), 1, 0);
    try (ShardedStep step = job.on(over(4))) {
      long whole = 4L * Float.BYTES * job.model().size() + Long.BYTES;
      // One row more or less of every matrix, and the vectors, which are not cut.
      long slack =
          4L
              * Float.BYTES
              * job.model().parameters().stream()
                  .mapToLong(parameter -> parameter.shape().size() / parameter.shape().get(0))
                  .sum();
      Map<String, Long> held = step.traffic().held();
      assertThat(held).hasSize(4);
      assertThat(held.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(whole);
      assertThat(held.values())
          .allSatisfy(own -> assertThat(Math.abs(own - whole / 4)).isLessThan(slack));
    }
  }

  @Test
  void everyWorkerCanBeAskedForNothing() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-2, "off"), 1, 0);
    try (ShardedStep step = job.on(over(4))) {
      step.traffic().ask();
      BuiltGraph graph = BuiltGraph.of(step);
      assertThat(step.built().nodes().nothing())
          .extracting(op -> graph.node(op.op().name()).getOp())
          .containsOnly("NoOp");
      assertThat(step.built().nodes().nothing())
          .extracting(op -> graph.node(op.op().name()).getDevice())
          .hasSize(4)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void namesTheWorkersThatDoNotAnswer() {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    ShardConfig shard = ShardConfig.NONE.over(List.of(WORKERS.get(0).address(), "127.0.0.1:1"));
    assertThatExceptionOfType(LostWorkerException.class)
        .isThrownBy(() -> job.on(shard))
        .withMessage(
            "shard.workers must all answer (got no answer from 127.0.0.1:1); start each with"
                + " 'tflion worker --listen HOST:PORT'");
  }
}
