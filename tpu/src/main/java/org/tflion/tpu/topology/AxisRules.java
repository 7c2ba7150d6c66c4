package org.tflion.tpu.topology;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tflion.tpu.Require;

/**
 * How the tensors of a model spread over a mesh, by the names of their axes.
 *
 * <pre>{@code
 * mesh axis   cuts
 * data        the batch
 * fsdp        the batch, and the width of every matrix: each device holds a share of the weights
 * tensor      heads, hidden layers, vocabulary: each device computes a share of every product
 * }</pre>
 *
 * <p>Vectors of the model stay whole. They are small, and a cut gain or bias would draw XLA's
 * partitioner into cutting the width of all activations as well.
 *
 * @param mesh whose axes are some of these
 */
public record AxisRules(Mesh mesh) {

  private static final String BATCH = "batch";

  /** The mesh axes that may cut a logical axis, the first ones first. */
  private static final Map<String, List<String>> CUTS =
      Map.of(
          BATCH,
          List.of("data", "fsdp"),
          "width",
          List.of("fsdp"),
          "heads",
          List.of("tensor"),
          "hidden",
          List.of("tensor"),
          "vocabulary",
          List.of("tensor"));

  private static final List<String> NAMES = List.of("data", "fsdp", "tensor");

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if the mesh has an axis that nothing is cut by
   */
  public AxisRules {
    for (Mesh.Axis axis : mesh.axes()) {
      Require.that(
          NAMES.contains(axis.name()), "Mesh: an axis must be one of " + NAMES, axis.name());
    }
  }

  /**
   * Returns the cuts of a tensor.
   *
   * @param axes a logical name for each dimension; none for a tensor that stays whole
   */
  public PartitionSpec spec(List<String> axes) {
    if (axes.size() < 2 && !axes.contains(BATCH)) {
      return PartitionSpec.REPLICATED;
    }
    Set<String> free = new HashSet<>(mesh.axes().stream().map(Mesh.Axis::name).toList());
    List<List<String>> dimensions = new ArrayList<>();
    for (String axis : axes) {
      dimensions.add(CUTS.getOrDefault(axis, List.of()).stream().filter(free::remove).toList());
    }
    return new PartitionSpec(dimensions);
  }
}
