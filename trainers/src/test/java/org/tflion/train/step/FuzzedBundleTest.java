package org.tflion.train.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.exceptions.TensorFlowException;
import org.tflion.train.Configs;

/** Whatever stands in a bundle, TensorFlow reads it or says that it cannot, and does not crash. */
class FuzzedBundleTest {

  private static final int ROUNDS = 300;

  @TempDir private Path folder;

  private static TrainStep step() {
    StepConfig config =
        new StepConfig(
            new Configs.Plain("lion", 0.1, 0.9, 0.99, null, 0, 0, "off").config(),
            new ScheduleConfig("constant", 0, 0, 0),
            9,
            1);
    return new TrainStep(new Affine(), config, Affine.SHAPE, 5);
  }

  @Test
  void aMutatedBundleIsReadOrRefused() throws IOException {
    SplittableRandom random = new SplittableRandom(20260103);
    Path prefix = folder.resolve("tensors");
    int refused = 0;
    try (TrainStep step = step()) {
      step.save(prefix);
      Path index = Path.of(prefix + ".index");
      byte[] whole = Files.readAllBytes(index);
      for (int round = 0; round < ROUNDS; round++) {
        Files.write(index, mutated(whole, random));
        try {
          step.restore(prefix);
        } catch (TensorFlowException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(ROUNDS / 2);
  }

  private static byte[] mutated(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    for (int times = 1 + random.nextInt(4); times > 0; times--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }
}
