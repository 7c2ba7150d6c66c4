package org.tflion.discovery.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tflion.discovery.task.TrainingTask;

/**
 * The two real learning problems a search is judged by, at three sizes each.
 *
 * <p>The larger sizes cost about 10 and 100 times the arithmetic of the first; they are the stages
 * of a funnel.
 */
public final class ProxyTask {

  private ProxyTask() {}

  /**
   * A perceptron on handwritten digits; fitness is minus the cross-entropy in nats.
   *
   * @param folder that holds the MNIST test set
   * @param scale 1, 10 or 100
   */
  public static TrainingTask digits(Path folder, int scale) throws IOException {
    return perceptron("digits-x", Digits.read(folder, pooling(scale), batch(scale)).mixed(), scale);
  }

  /**
   * The same task on digits that are drawn instead of read, for machines without the MNIST files.
   *
   * @param scale 1, 10 or 100
   */
  public static TrainingTask drawnDigits(int scale) {
    int side = Digits.SIDE / pooling(scale);
    return perceptron("drawn-digits-x", DrawnDigits.draw(side, batch(scale)), scale);
  }

  private static TrainingTask perceptron(String name, Digits digits, int scale) {
    int hidden = bySize(scale, 16, 32, 128);
    int steps = bySize(scale, 50, 150, 400);
    // Dealing images out takes as long as a tenth of a training, so each seed does it once.
    Map<Integer, Digits> dealt = new ConcurrentHashMap<>();
    return new TrainingTask(
        name + scale,
        seed -> Network.perceptron(dealt.computeIfAbsent(seed, digits::reseeded), hidden),
        steps,
        bySize(scale, 12, 2, 2));
  }

  private static int batch(int scale) {
    return bySize(scale, 16, 32, 32);
  }

  private static int pooling(int scale) {
    return bySize(scale, 4, 2, 2);
  }

  /**
   * A two-layer transformer on the bytes of a text; fitness is minus the cross-entropy in nats a
   * byte. The paper's language proxy has width 128, context 32 and 20,000 steps.
   *
   * @param file of text
   * @param scale 1, 10 or 100
   */
  public static TrainingTask text(Path file, int scale) throws IOException {
    return text(Files.readAllBytes(file), scale);
  }

  /** The same on a text in memory. */
  public static TrainingTask text(byte[] bytes, int scale) {
    int width = bySize(scale, 16, 32, 64);
    int steps = bySize(scale, 60, 200, 800);
    var config = new TransformerConfig(2, width, 2, 32);
    Text text = new Text(bytes, config.context(), bySize(scale, 2, 4, 8));
    String name = "text-x" + scale;
    return new TrainingTask(
        name,
        repetition -> Network.transformer(text.reseeded(repetition), config),
        steps,
        bySize(scale, 2, 2, 1));
  }

  private static int bySize(int scale, int small, int medium, int large) {
    return switch (scale) {
      case 1 -> small;
      case 10 -> medium;
      case 100 -> large;
      default ->
          throw new IllegalArgumentException(
              "ProxyTask: scale must be 1, 10 or 100 (got " + scale + ")");
    };
  }
}
