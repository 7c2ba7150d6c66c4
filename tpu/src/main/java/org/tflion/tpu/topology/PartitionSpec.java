package org.tflion.tpu.topology;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tflion.tpu.Require;

/**
 * Which mesh axes cut which dimensions of a tensor.
 *
 * @param dimensions for each leading dimension the axes that cut it, slowest first; an empty list
 *     leaves the dimension whole, as do dimensions beyond the list; an axis cuts one dimension only
 */
public record PartitionSpec(List<List<String>> dimensions) {

  /** Every dimension whole: each device holds a copy of the tensor. */
  public static final PartitionSpec REPLICATED = new PartitionSpec(List.of());

  public PartitionSpec {
    dimensions = dimensions.stream().map(List::copyOf).toList();
    Set<String> used = new HashSet<>();
    for (List<String> axes : dimensions) {
      for (String axis : axes) {
        Require.that(used.add(axis), "PartitionSpec: an axis must cut one dimension at most", axis);
      }
    }
  }

  /** Returns a spec with one axis per dimension, or {@code null} where a dimension stays whole. */
  public static PartitionSpec of(@Nullable String... axes) {
    return new PartitionSpec(
        Arrays.stream(axes).map(axis -> axis == null ? List.<String>of() : List.of(axis)).toList());
  }
}
