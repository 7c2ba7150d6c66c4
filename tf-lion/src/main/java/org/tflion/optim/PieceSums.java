package org.tflion.optim;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.family.TNumber;

/**
 * The whole of a weight that lies in pieces: a mean over the axis that is cut needs the sums of all
 * pieces.
 *
 * <p>A rule asks for its means one after the other, in the same order at every call. It is called
 * again and again, each time with one more sum known, until it misses none; the call in which it
 * misses one says what the piece adds to it.
 */
final class PieceSums implements Whole {

  /** Ends a call of a rule: here is what this piece adds to a sum that is not known yet. */
  @SuppressWarnings("serial") // never leaves the graph's builder
  static final class Missing extends RuntimeException {

    private final transient Operand<? extends TNumber> part;

    Missing(Operand<? extends TNumber> part) {
      super("a sum over pieces is not known yet", null, false, false);
      this.part = part;
    }

    Operand<? extends TNumber> part() {
      return part;
    }
  }

  private final Piece piece;
  private final Iterator<Operand<?>> known;

  /**
   * For one call of a rule.
   *
   * @param known sums over all pieces, in the order in which the rule asks for them
   */
  PieceSums(Piece piece, List<Operand<?>> known) {
    this.piece = piece;
    this.known = known.iterator();
  }

  @Override
  public Shape shape(Shape handed) {
    return piece.whole();
  }

  @Override
  public <T extends TNumber> Operand<T> mean(
      Ops tf, Operand<T> values, Collection<Integer> axes, boolean keepDims) {
    if (!axes.contains(piece.axis())) {
      return ITSELF.mean(tf, values, axes, keepDims);
    }
    if (!known.hasNext()) {
      int[] summed = axes.stream().mapToInt(Integer::intValue).toArray();
      throw new Missing(tf.reduceSum(values, tf.constant(summed), ReduceSum.keepDims(keepDims)));
    }
    double count = piece.whole().get(piece.axis());
    for (int axis : axes) {
      count *= axis == piece.axis() ? 1 : values.shape().get(axis);
    }
    @SuppressWarnings("unchecked") // the sum of what this very call adds to it
    Operand<T> sum = (Operand<T>) known.next();
    return tf.math.div(sum, Elementwise.scalar(tf, count, values));
  }
}
