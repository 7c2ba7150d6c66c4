package org.tflion.tpu.topology;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.tflion.tpu.Require;

/**
 * A logical grid of devices with named axes, such as {@code data=2,fsdp=4}.
 *
 * @param axes the axes, slowest first; distinct names, at least one axis
 */
public record Mesh(List<Axis> axes) {

  /**
   * One axis of a mesh.
   *
   * @param name letters, digits and underscores
   * @param size number of devices along the axis; above 0
   */
  public record Axis(String name, int size) {

    public Axis {
      Require.that(name.matches("\\w+"), "Mesh: an axis name must be letters, digits or _", name);
      Require.that(size > 0, "Mesh: the size of axis " + name + " must be above 0", size);
    }
  }

  public Mesh {
    axes = List.copyOf(axes);
    Require.that(!axes.isEmpty(), "Mesh: give at least one axis, such as data=1", axes);
    Set<String> names = new HashSet<>();
    for (Axis axis : axes) {
      Require.that(names.add(axis.name()), "Mesh: every axis must have its own name", axis.name());
    }
  }

  /**
   * Reads {@code name=size} pairs separated by commas, slowest axis first.
   *
   * @throws IllegalArgumentException if a pair is malformed, or a name is used twice
   */
  public static Mesh parse(String text) {
    List<Axis> axes = new ArrayList<>();
    for (String pair : text.split(",", -1)) {
      Require.that(
          pair.strip().matches("\\w+=\\d{1,6}"),
          "Mesh: write axes as name=size, separated by commas, such as data=2,fsdp=4",
          text);
      int equals = pair.indexOf('=');
      int size = Integer.parseInt(pair.substring(equals + 1).strip());
      axes.add(new Axis(pair.substring(0, equals).strip(), size));
    }
    return new Mesh(axes);
  }

  /** Returns the number of devices, the product of all sizes. */
  public int devices() {
    return Shapes.product(sizes());
  }

  /** Returns the sizes of the axes, slowest first. */
  public List<Integer> sizes() {
    return axes.stream().map(Axis::size).toList();
  }

  /**
   * Returns the position of an axis.
   *
   * @throws IllegalArgumentException if the mesh has no such axis
   */
  int indexOf(String name) {
    for (int i = 0; i < axes.size(); i++) {
      if (axes.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "PartitionSpec: an axis must be one of the mesh's, "
            + axes.stream().map(Axis::name).collect(Collectors.joining(", "))
            + " (got "
            + name
            + ")");
  }

  @Override
  public String toString() {
    return axes.stream().map(a -> a.name() + "=" + a.size()).collect(Collectors.joining(","));
  }
}
