package org.tflion.train.plan;

import java.util.List;
import java.util.Set;
import org.tflion.Require;
import org.tflion.tpu.topology.Mesh;
import org.tflion.train.model.Parameter;

/**
 * How many ways a mesh divides what.
 *
 * @param data copies of the model, each with its own part of a batch; 1 or more
 * @param fsdp parts of every parameter, its gradient and its slots, each with its own part of a
 *     batch; 1 or more
 * @param tensor parts of heads, hidden layers and vocabulary; 1 or more
 */
public record Layout(int data, int fsdp, int tensor) {

  private static final List<String> AXES = List.of("data", "fsdp", "tensor");

  /** Logical axes of parameters that {@code tensor} divides. */
  private static final Set<String> CUT = Set.of("heads", "hidden", "vocabulary");

  public static final Layout ONE = new Layout(1, 1, 1);

  public Layout {
    Require.that(data > 0, "Layout: data must be 1 or more", data);
    Require.that(fsdp > 0, "Layout: fsdp must be 1 or more", fsdp);
    Require.that(tensor > 0, "Layout: tensor must be 1 or more", tensor);
  }

  /**
   * Reads the axes of a mesh.
   *
   * @throws IllegalArgumentException if one is not {@code data}, {@code fsdp} or {@code tensor}
   */
  public static Layout of(Mesh mesh) {
    int[] sizes = {1, 1, 1};
    for (Mesh.Axis axis : mesh.axes()) {
      int place = AXES.indexOf(axis.name());
      Require.that(place >= 0, "Layout: an axis of the mesh must be one of " + AXES, axis.name());
      sizes[place] = axis.size();
    }
    return new Layout(sizes[0], sizes[1], sizes[2]);
  }

  /** All devices. */
  public int devices() {
    return data * fsdp * tensor;
  }

  /** Parts of a batch. */
  public int batchParts() {
    return data * fsdp;
  }

  /** Into how many parts a parameter is divided. */
  int parts(Parameter parameter) {
    return fsdp * cuts(parameter);
  }

  /** Into how many parts {@code tensor} alone divides a parameter. */
  int cuts(Parameter parameter) {
    return parameter.axes().stream().anyMatch(CUT::contains) ? tensor : 1;
  }

  /** Whether {@code tensor} divides the rows of a matrix, so that its products are summed. */
  boolean cutsRows(Parameter parameter) {
    List<String> axes = parameter.axes();
    return tensor > 1
        && axes.size() == 2
        && CUT.contains(axes.get(0))
        && !CUT.contains(axes.get(1));
  }
}
