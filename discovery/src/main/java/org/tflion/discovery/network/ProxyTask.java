package org.tflion.discovery.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.tflion.discovery.task.Hurdle;
import org.tflion.discovery.task.Training;
import org.tflion.discovery.task.TrainingTask;

/**
 * The two real learning problems a search is judged by, at three sizes each.
 *
 * <p>The larger sizes cost about 10 and 100 times the arithmetic of the first; they are the stages
 * of a funnel.
 */
public final class ProxyTask {

  /** Half the loss of a guess among ten digits, in nats; a program above it is not trained on. */
  private static final double HALF_A_GUESS = Math.log(10) / 2;

  private ProxyTask() {}

  /**
   * A perceptron, and how long it is trained.
   *
   * @param pooling side of the squares that are averaged into one pixel
   * @param hidden units between the two layers
   * @param steps of a training
   */
  private record Size(int pooling, int hidden, int steps) {

    /**
     * One training of the smallest task in four has each of these sizes: a rate or a schedule that
     * suits only one size suits no larger task either.
     */
    private static final List<Size> SMALL =
        List.of(new Size(4, 16, 40), new Size(4, 8, 80), new Size(2, 8, 40), new Size(4, 32, 40));

    private static final List<Size> MEDIUM = List.of(new Size(2, 32, 150));
    private static final List<Size> LARGE = List.of(new Size(2, 128, 400));

    /** Part of the task's name, by which a log knows whether it is still the same task. */
    @Override
    public String toString() {
      int side = Digits.SIDE / pooling;
      return side * side + "-" + hidden + "-10 for " + steps + " steps";
    }
  }

  /**
   * Perceptrons on handwritten digits; fitness is minus the cross-entropy in nats.
   *
   * @param folder that holds the MNIST test set
   * @param scale 1, 10 or 100
   */
  public static TrainingTask digits(Path folder, int scale) throws IOException {
    Map<Integer, Digits> read = new HashMap<>();
    for (Size size : sizes(scale)) {
      int pooling = size.pooling();
      if (!read.containsKey(pooling)) {
        read.put(pooling, Digits.read(folder, pooling, batch(scale)).mixed().standardised());
      }
    }
    return perceptrons("digits-x", read, scale);
  }

  /**
   * The same task on digits that are drawn instead of read, for machines without the MNIST files.
   *
   * @param scale 1, 10 or 100
   */
  public static TrainingTask drawnDigits(int scale) {
    Map<Integer, Digits> drawn = new HashMap<>();
    for (Size size : sizes(scale)) {
      drawn.computeIfAbsent(
          size.pooling(),
          pooling -> DrawnDigits.draw(Digits.SIDE / pooling, batch(scale)).standardised());
    }
    return perceptrons("drawn-digits-x", drawn, scale);
  }

  private static TrainingTask perceptrons(String name, Map<Integer, Digits> images, int scale) {
    List<Size> sizes = sizes(scale);
    // Dealing images out takes as long as a tenth of a training, so each seed does it once.
    Map<Integer, Digits> dealt = new ConcurrentHashMap<>();
    IntFunction<Training> trainings =
        seed -> {
          Size size = sizes.get(seed % sizes.size());
          Digits whole = Objects.requireNonNull(images.get(size.pooling()));
          Digits own = dealt.computeIfAbsent(seed, whole::reseeded);
          return new Training(Network.perceptron(own, size.hidden()), size.steps());
        };
    Hurdle hurdle = scale == 1 ? new Hurdle(sizes.size(), HALF_A_GUESS) : Hurdle.NONE;
    String whole = "standardised " + name + scale + " " + sizes;
    return new TrainingTask(whole, trainings, bySize(scale, 12, 2, 2), hurdle);
  }

  private static List<Size> sizes(int scale) {
    return bySize(scale, Size.SMALL, Size.MEDIUM, Size.LARGE);
  }

  private static int batch(int scale) {
    return bySize(scale, 16, 32, 32);
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
    String name = "text-x" + scale + " for " + steps + " steps";
    return new TrainingTask(
        name,
        seed -> new Training(Network.transformer(text.reseeded(seed), config), steps),
        bySize(scale, 2, 2, 1),
        Hurdle.NONE);
  }

  private static <T> T bySize(int scale, T small, T medium, T large) {
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
