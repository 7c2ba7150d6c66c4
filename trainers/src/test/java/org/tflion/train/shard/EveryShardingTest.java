package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tflion.train.step.Step;

/**
 * Every optimizer with every number of devices, in this process and over workers, for whoever has
 * ten minutes; other tests run a few of each.
 */
@EnabledIfEnvironmentVariable(
    named = "TFLION_EVERY_SHARDING",
    matches = "1",
    disabledReason = "takes minutes; set TFLION_EVERY_SHARDING=1")
class EveryShardingTest {

  private static final int STEPS = 50;

  /** The bounds that sharded runs promise, in nats. */
  private static final double PROMISED = 1e-5;

  private static final double PROMISED_ROUNDED = 0.005;

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

  static Stream<Arguments> every() {
    List<Arguments> every = new ArrayList<>();
    for (String name : List.of("lion", "adamw", "adafactor")) {
      for (int zero : List.of(1, 3)) {
        for (String wire : ShardConfig.WIRES) {
          for (int devices : List.of(1, 2, 3, 4)) {
            every.add(Arguments.of(name, zero, wire, devices, 0));
          }
          every.add(Arguments.of(name, zero, wire, 0, 2));
          every.add(Arguments.of(name, zero, wire, 0, 4));
        }
      }
    }
    return every.stream();
  }

  @ParameterizedTest
  @MethodSource("every")
  void computesWhatOneDeviceComputes(String name, int zero, String wire, int devices, int workers) {
    double rate = name.equals("lion") ? 1e-3 : 1e-2;
    Sharded job = Sharded.gpt(Sharded.optimizer(name, rate, "off"), 1, 0);
    ShardConfig shard =
        workers == 0 ? ShardConfig.NONE.over(devices) : ShardConfig.NONE.over(addresses(workers));
    double promised = wire.equals("float32") ? PROMISED : PROMISED_ROUNDED;
    try (Step alone = job.alone(1);
        Step sharded = job.on(shard.withZero(zero).withWire(wire))) {
      job.requireSameLosses(alone, sharded, STEPS, promised);
    }
  }

  /** Peers in processes of their own share heads and hidden layers, blocks keep copies. */
  @ParameterizedTest
  @CsvSource({
    "lion, tensor=2, 2, 1",
    "lion, 'fsdp=2,tensor=2', 4, 2",
    "adamw, tensor=2, 2, 1",
    "adafactor, tensor=2, 2, 1",
    "lion, data=2, 2, 2",
    "lion, 'data=2,fsdp=2', 4, 4",
    "adamw, 'data=2,fsdp=2', 4, 4",
    "adafactor, 'data=2,tensor=2', 4, 2"
  })
  void meshesComputeWhatOneDeviceComputes(String name, String mesh, int workers, int batches) {
    double rate = name.equals("lion") ? 1e-3 : 1e-2;
    Sharded job = Sharded.gpt(Sharded.optimizer(name, rate, "off"), 1, 0);
    ShardConfig shard = ShardConfig.NONE.over(mesh).over(addresses(workers));
    try (Step alone = job.alone(1);
        ShardedStep sharded = job.on(shard)) {
      assertThat(sharded.built().nodes().batches()).hasSize(batches);
      job.requireSameLosses(alone, sharded, STEPS, PROMISED);
    }
  }

  private static List<String> addresses(int workers) {
    return WORKERS.subList(0, workers).stream().map(WorkerProcess::address).toList();
  }
}
