package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;
import org.tflion.optim.Piece;
import org.tflion.train.step.BundleTensors;
import org.tflion.train.step.Snapshot;
import org.tflion.train.step.StateTensor;
import org.tflion.train.step.Step;

class ShardedBundleTest {

  private static final double PROMISED = 1e-5;

  @TempDir private Path folder;

  /** Adafactor keeps what is cut, what is not, and what every device keeps alike. */
  private static Sharded job() {
    return Sharded.gpt(Sharded.optimizer("adafactor", 1e-2, "off"), 1, 0);
  }

  private Path write(Step step, String name) {
    Path prefix = folder.resolve(name);
    try (Snapshot snapshot = step.snapshot()) {
      assertThat(snapshot.firstNotFinite()).isEmpty();
      snapshot.write(prefix);
    }
    return prefix;
  }

  private static Map<String, List<Float>> read(Path prefix, Step like) {
    Map<String, List<Float>> values = new LinkedHashMap<>();
    List<String> names =
        like.tensors().stream()
            .filter(tensor -> tensor.type().equals("float32"))
            .map(StateTensor::name)
            .toList();
    new BundleTensors(prefix)
        .read(
            names,
            (name, numbers) -> {
              List<Float> list = new java.util.ArrayList<>();
              for (float number : numbers) {
                list.add(number);
              }
              values.put(name, list);
            });
    return values;
  }

  private static Map<String, String> all(Step step) {
    return step.tensors().stream().collect(Collectors.toMap(StateTensor::name, StateTensor::name));
  }

  /** Eight are more than some matrices have rows. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void savedByFourIsTheSameForAnyNumber(int devices) {
    Sharded job = job();
    try (Step four = job.on(4, 3);
        Step other = devices == 1 ? job.alone(1) : wide(devices)) {
      for (int i = 0; i < 3; i++) {
        four.run(job.batch(i));
      }
      Path saved = write(four, "saved");
      assertThat(other.tensors()).containsExactlyInAnyOrderElementsOf(four.tensors());
      other.restore(saved, all(other));
      assertThat(read(write(other, "again"), other)).isEqualTo(read(saved, four));
      double expected = four.evaluate(job.batch(9)).loss().value();
      if (devices < 8) {
        assertThat(other.evaluate(job.batch(9)).loss().value())
            .isCloseTo(expected, within(PROMISED));
      }
    }
  }

  /** Copies are not saved, and follow what is restored. */
  @Test
  void savedByBlocksIsTheSameForOneDevice() {
    Sharded job = job();
    try (Step blocks = job.on(ShardConfig.NONE.over("data=2,fsdp=2"));
        Step others = job.on(ShardConfig.NONE.over("data=3,fsdp=2"));
        Step one = job.alone(1)) {
      for (int i = 0; i < 3; i++) {
        blocks.run(job.batch(i));
      }
      Path saved = write(blocks, "saved");
      double expected = blocks.run(job.batch(9)).loss();
      for (Step other : List.of(others, one)) {
        assertThat(other.tensors()).containsExactlyInAnyOrderElementsOf(blocks.tensors());
        other.restore(saved, all(other));
        assertThat(read(write(other, "again"), other)).isEqualTo(read(saved, blocks));
        assertThat(other.run(job.batch(9)).loss()).isCloseTo(expected, within(PROMISED));
      }
    }
  }

  /** Eight devices do not share twelve rows; twenty-four they do. */
  private static Step wide(int devices) {
    return devices < 8 ? job().on(devices, 3) : job().withRows(24).on(devices, 3);
  }

  @Test
  void aSliceIsWrittenAsTensorFlowReadsIt() {
    assertThat(ShardedBundle.slice(new Piece(Shape.of(23, 10), 0, 5, 6))).isEqualTo("23 10 5,6:-");
    assertThat(ShardedBundle.slice(new Piece(Shape.of(3, 10, 2), 1, 0, 4)))
        .isEqualTo("3 10 2 -:0,4:-");
  }
}
