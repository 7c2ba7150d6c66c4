package org.tflion.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.tensorflow.ndarray.Shape;
import org.tflion.Require;

/**
 * Which axes of some weights {@link Adafactor} factors, where the two largest are the wrong ones:
 * an attention kernel of {@code [model, heads, head]} is a matrix from the model to all heads.
 *
 * @param pattern regular expression, found anywhere in the name of a weight
 * @param axes what each axis of the weight is
 * @see <a href="https://github.com/google-research/t5x/blob/main/t5x/adafactor.py">T5X</a>
 */
public record FactorRule(Pattern pattern, List<Axis> axes) {

  /** What an axis of a weight is. */
  public enum Axis {
    /** One of the rows of the matrix; several make one longer one. */
    ROW,
    /** One of the columns of the matrix. */
    COLUMN,
    /** A stack of weights, each clipped and scaled on its own. */
    BATCH,
    /** Neither, in a weight that is not factored. */
    NONE
  }

  /**
   * Checks the axes.
   *
   * @throws IllegalArgumentException if there are rows without columns, or a factored weight has an
   *     axis that is nothing
   */
  public FactorRule {
    axes = List.copyOf(axes);
    boolean factored = axes.contains(Axis.ROW);
    Require.that(
        factored == axes.contains(Axis.COLUMN) && !(factored && axes.contains(Axis.NONE)),
        "FactorRule: axes must be rows, columns and batches, or batches and none",
        axes);
  }

  /** The rule for the weights that a regular expression is found in. */
  public static FactorRule of(String pattern, Axis... axes) {
    return new FactorRule(Pattern.compile(pattern), List.of(axes));
  }

  boolean matches(String weight) {
    return pattern.matcher(weight).find();
  }

  /**
   * The axes of a shape.
   *
   * @throws IllegalArgumentException if the shape has another rank
   */
  Factors of(Shape shape) {
    Require.that(
        shape.numDimensions() == axes.size(),
        "FactorRule '" + pattern + "': weight must have one axis for each of " + axes,
        shape);
    return new Factors(all(Axis.ROW), all(Axis.COLUMN), all(Axis.BATCH));
  }

  private List<Integer> all(Axis kind) {
    List<Integer> found = new ArrayList<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      if (axes.get(axis) == kind) {
        found.add(axis);
      }
    }
    return found;
  }
}
