package org.tflion.tpu.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The grid of a slice as device ids count it: cores of a chip fastest, then x, y and z.
 *
 * @param sizes devices along each physical axis, slowest (z) first, cores of a chip last
 */
record PhysicalAxes(List<Integer> sizes) {

  static PhysicalAxes of(TpuSlice slice) {
    List<Integer> sizes = new ArrayList<>(slice.shape());
    Collections.reverse(sizes);
    sizes.add(slice.generation().chip().devices());
    return new PhysicalAxes(sizes);
  }

  /** Gives every mesh axis its own physical axes; empty if the sizes do not multiply out. */
  Optional<List<Integer>> assign(Mesh mesh) {
    List<Integer> free = new ArrayList<>();
    for (int axis = 0; axis < sizes.size(); axis++) {
      if (sizes.get(axis) > 1) {
        free.add(axis);
      }
    }
    return choose(mesh.sizes(), free)
        .map(chosen -> new Grid(sizes).walk(chosen.stream().flatMap(List::stream).toList()));
  }

  /** Chooses physical axes for the first mesh axis, then for the rest; fewest axes first. */
  private Optional<List<List<Integer>>> choose(List<Integer> meshSizes, List<Integer> free) {
    if (meshSizes.isEmpty()) {
      return free.isEmpty() ? Optional.of(List.of()) : Optional.empty();
    }
    for (List<Integer> subset : subsets(free)) {
      if (Shapes.product(subset.stream().map(sizes::get).toList()) == meshSizes.get(0)) {
        List<Integer> left = free.stream().filter(axis -> !subset.contains(axis)).toList();
        var rest = choose(meshSizes.subList(1, meshSizes.size()), left);
        if (rest.isPresent()) {
          List<List<Integer>> all = new ArrayList<>(List.of(subset));
          all.addAll(rest.get());
          return Optional.of(all);
        }
      }
    }
    return Optional.empty();
  }

  private static List<List<Integer>> subsets(List<Integer> axes) {
    return IntStream.range(0, 1 << axes.size())
        .mapToObj(
            bits ->
                IntStream.range(0, axes.size())
                    .filter(i -> (bits >> i & 1) == 1)
                    .mapToObj(axes::get)
                    .toList())
        .sorted(Comparator.comparing(List::size))
        .toList();
  }
}
