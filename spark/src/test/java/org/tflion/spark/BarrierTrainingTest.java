package org.tflion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.Training;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.loop.LoopListener;

/** Two tasks in the threads of this process. */
class BarrierTrainingTest {

  @TempDir private Path folder;

  private TrainConfig config() {
    return TrainConfigs.read(null, settings());
  }

  private List<String> settings() {
    return List.of(
        "data.path=" + folder.resolve("text.txt"),
        "model.layers=1",
        "model.heads=2",
        "model.width=16",
        "model.context=8",
        "optimizer.jit=off",
        "schedule.warmup=2",
        "train.steps=8",
        "train.batch=4",
        "train.log_every=1",
        "train.eval_every=0",
        "train.eval_batches=1",
        "train.checkpoint_every=3");
  }

  private double alone(Path run, long steps) {
    try (Training training = Training.start(config(), run)) {
      return training.run(steps, new LoopListener() {}).loss();
    }
  }

  /** What one process has begun, as after a stage that failed, two tasks go on with. */
  @Test
  void goesOnWhereItStoppedAndEndsAsOneProcessDoes() throws Exception {
    Files.writeString(folder.resolve("text.txt"), "pack my box ".repeat(500));
    double expected = alone(folder.resolve("alone"), 8);
    Path run = folder.resolve("run");
    alone(run, 4);
    SparkConf conf =
        new SparkConf()
            .setAppName("test")
            .setMaster("local[2]")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      double loss = BarrierTraining.train(spark, 2, run.toString(), settings());
      // 1e-5: sums over two workers are in another order.
      assertThat(loss).isCloseTo(expected, offset(1e-5));
    }
    // Four steps of its own, not one more.
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(8);
  }
}
