package org.tflion.tpu.topology;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tflion.tpu.Require;

/**
 * A slice: chips of one generation, wired as a grid.
 *
 * @param generation kind of chip
 * @param shape chips along x, y and, for 3-D generations, z; one of {@link Generation#shapes()}
 */
public record TpuSlice(Generation generation, List<Integer> shape) {

  private static final Pattern TOPOLOGY = Pattern.compile("(v\\w+|tpu7x):(\\d{1,4}(?:x\\d{1,4})+)");
  private static final Pattern ACCELERATOR = Pattern.compile("(v\\w+|tpu7x)-(\\d{1,6})");

  public TpuSlice {
    shape = List.copyOf(shape);
    Require.that(
        generation.shapes().contains(shape),
        "TpuSlice: a "
            + generation.topologyName()
            + " slice must have one of the shapes "
            + generation.shapes().stream().map(Shapes::format).collect(Collectors.joining(", ")),
        Shapes.format(shape));
  }

  /**
   * Reads a topology ({@code v5e:4x8}) or an accelerator type ({@code v5litepod-32}, {@code
   * v4-16}).
   *
   * <p>The number of an accelerator type counts chips for v5e and v6e and TensorCores for the
   * others: {@code v4-8} and {@code v5p-8} are 4 chips.
   *
   * @throws IllegalArgumentException if the text is neither, or names a slice that is not offered
   */
  public static TpuSlice parse(String text) {
    Matcher topology = TOPOLOGY.matcher(text);
    if (topology.matches()) {
      return new TpuSlice(Generation.named(topology.group(1)), Shapes.parse(topology.group(2)));
    }
    Matcher accelerator = ACCELERATOR.matcher(text);
    Require.that(
        accelerator.matches(),
        "TpuSlice: write a topology such as v5e:4x8 or an accelerator type such as v5litepod-32",
        text);
    return ofCount(Generation.named(accelerator.group(1)), Integer.parseInt(accelerator.group(2)));
  }

  private static TpuSlice ofCount(Generation generation, int count) {
    Require.that(
        generation != Generation.TPU7X,
        "TpuSlice: tpu7x has no accelerator types; write a topology such as tpu7x:2x2x1",
        generation.topologyName() + "-" + count);
    String name = generation.acceleratorName();
    int perChip = generation.countsCores() ? generation.chip().cores() : 1;
    for (List<Integer> shape : generation.shapes()) {
      if (Shapes.product(shape) * perChip == count) {
        return new TpuSlice(generation, shape);
      }
    }
    String offered =
        generation.shapes().stream()
            .map(shape -> name + "-" + Shapes.product(shape) * perChip)
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "TpuSlice: the accelerator type must be one of "
            + offered
            + " (got "
            + name
            + "-"
            + count
            + ")");
  }

  /** Returns the name that PJRT plugins take, such as {@code v5p:2x2x2}. */
  public String topologyName() {
    return generation.topologyName() + ":" + Shapes.format(shape);
  }

  /**
   * Returns the name that the Cloud TPU API takes, such as {@code v5p-16}.
   *
   * @throws IllegalStateException if the generation has none
   */
  public String acceleratorType() {
    int count = generation.countsCores() ? chips() * generation.chip().cores() : chips();
    return generation.acceleratorName() + "-" + count;
  }

  /** Returns the number of chips. */
  public int chips() {
    return Shapes.product(shape);
  }

  /** Returns the number of devices that a program compiled ahead of time runs on. */
  public int devices() {
    return chips() * generation.chip().devices();
  }

  /** Returns the number of virtual machines, one process each. */
  public int hosts() {
    return chips() <= generation.singleHostChips() ? 1 : chips() / generation.chipsPerHost();
  }

  @Override
  public String toString() {
    return topologyName();
  }
}
