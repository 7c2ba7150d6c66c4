package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.Piece;
import org.tflion.train.model.Share;
import org.tflion.train.shard.Partition.Part;

/**
 * What an owner's part of a parameter and a peer's share of it have in common.
 *
 * <p>The share is put together of windows one after the other along one axis, the part of ranges
 * along another, or the same.
 *
 * @param along axis of the share
 * @param at first row in the share
 * @param axis of the part
 * @param ranges rows of the part, which lie side by side in the window; increasing
 * @param shape of the window
 * @param scale factor from part to share, and from gradient by share to gradient by part
 */
record Window(int along, long at, int axis, List<Range> ranges, Shape shape, double scale) {

  /** Some neighbouring rows. */
  record Range(long start, long length) {}

  /**
   * All that they have in common.
   *
   * @param slot of the peer
   * @param peers number of them
   */
  static List<Window> of(Part part, Share share, int slot, int peers) {
    int along = part.piece().map(Piece::axis).orElse(0);
    long start = part.piece().map(Piece::start).orElse(0L);
    if (share.kind() != Share.Kind.CUT || peers == 1) {
      long rows = part.shape().numDimensions() == 0 ? 1 : part.shape().get(along);
      double scale = share.kind() == Share.Kind.DIVIDED ? 1.0 / peers : 1;
      return List.of(
          new Window(along, start, along, List.of(new Range(0, rows)), part.shape(), scale));
    }
    int axis = share.axis();
    Shape whole = part.piece().map(Piece::whole).orElse(part.shape());
    long group = whole.get(axis) / share.groups();
    long width = group / peers;
    if (part.piece().isPresent() && along != axis) {
      List<Range> ranges = new ArrayList<>();
      for (int q = 0; q < share.groups(); q++) {
        ranges.add(new Range(q * group + slot * width, width));
      }
      Shape shape = resized(part.shape(), axis, share.groups() * width);
      return List.of(new Window(along, start, axis, ranges, shape, 1));
    }
    List<Window> windows = new ArrayList<>();
    for (int q = 0; q < share.groups(); q++) {
      long first = q * group + slot * width;
      long from = Math.max(first, start);
      long to = Math.min(first + width, start + part.shape().get(axis));
      if (to > from) {
        windows.add(
            new Window(
                axis,
                q * width + from - first,
                axis,
                List.of(new Range(from - start, to - from)),
                resized(part.shape(), axis, to - from),
                1));
      }
    }
    return windows;
  }

  private static Shape resized(Shape shape, int axis, long rows) {
    long[] sizes = shape.asArray();
    sizes[axis] = rows;
    return Shape.of(sizes);
  }

  /** Adds the window of a part's value. */
  Operand<TFloat32> ofPart(Ops tf, Operand<TFloat32> part) {
    List<Operand<TFloat32>> rows = new ArrayList<>();
    ranges.forEach(range -> rows.add(rows(tf, part, axis, range)));
    return scaled(tf, rows.size() == 1 ? rows.get(0) : tf.concat(rows, tf.constant(axis)));
  }

  /** Adds the window of a gradient by a share. */
  Operand<TFloat32> ofShare(Ops tf, Operand<TFloat32> gradient) {
    if (shape.numDimensions() == 0) {
      return scaled(tf, gradient);
    }
    return scaled(tf, rows(tf, gradient, along, new Range(at, shape.get(along))));
  }

  private Operand<TFloat32> scaled(Ops tf, Operand<TFloat32> value) {
    return scale == 1 ? value : tf.math.mul(value, tf.constant((float) scale));
  }

  /** Adds some rows of a value. */
  static Operand<TFloat32> rows(Ops tf, Operand<TFloat32> value, int axis, Range range) {
    Shape shape = value.shape();
    if (shape.numDimensions() == 0 || shape.get(axis) == range.length()) {
      return value;
    }
    long[] begin = new long[shape.numDimensions()];
    begin[axis] = range.start();
    return tf.slice(
        value, tf.constant(begin), tf.constant(resized(shape, axis, range.length()).asArray()));
  }
}
