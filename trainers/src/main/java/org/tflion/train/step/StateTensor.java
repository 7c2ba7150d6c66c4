package org.tflion.train.step;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.tflion.optim.AveragedRule;
import org.tflion.optim.Weight;

/**
 * One tensor of the state that a checkpoint keeps.
 *
 * @param name as the checkpoint knows it: {@code weights/NAME}, {@code slots/SLOT/NAME} or {@code
 *     updates}
 * @param type such as {@code float32}
 * @param shape its sizes
 */
public record StateTensor(String name, String type, List<Long> shape) {

  /** What the names of weights begin with. */
  public static final String WEIGHTS = "weights/";

  private static final String SLOTS = "slots/";

  /** The slot of the optimizer that it is part of, or none if it is no slot. */
  public Optional<String> slot() {
    return name.startsWith(SLOTS)
        ? Optional.of(name.substring(SLOTS.length(), name.indexOf('/', SLOTS.length())))
        : Optional.empty();
  }

  /** Bytes of its numbers. */
  public long bytes() {
    int bits = Integer.parseInt(type.replaceAll("\\D", ""));
    return shape.stream().mapToLong(Long::longValue).reduce(bits / Byte.SIZE, Math::multiplyExact);
  }

  /** Whether it is the moving average of a weight. */
  public boolean isAverage() {
    return slot().filter(AveragedRule.AVERAGE::equals).isPresent();
  }

  /** The name of the weight that an average is of. */
  public String averaged() {
    return WEIGHTS + name.substring(slot(AveragedRule.AVERAGE, "").length());
  }

  /** The name of a slot of a weight. */
  static String slot(String slot, String weight) {
    return SLOTS + slot + "/" + weight;
  }

  static StateTensor of(String name, Weight<?> weight) {
    String type = weight.type().getSimpleName().substring(1).toLowerCase(Locale.ROOT);
    return new StateTensor(name, type, Arrays.stream(weight.shape().asArray()).boxed().toList());
  }
}
