package org.tflion.train.model.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TNumber;

/**
 * Neighbouring queries of a sequence, and the keys that they may see: all up to the last of them.
 *
 * @param from first query
 * @param to one past the last query, and past the last key
 * @param of tokens of the sequence
 */
record Band(int from, int to, int of) {

  /** Fewer queries than this gain less than the products of a further band cost. */
  private static final int LEAST = 64;

  /**
   * Of all pairs 5/8 are computed with 4 bands, and 9/16 with 8, in products too small to be fast.
   */
  private static final int MOST = 4;

  /** All queries and all keys. */
  static List<Band> whole(int length) {
    return List.of(new Band(0, length, length));
  }

  /** Bands of about equally many queries where no query sees a later key. */
  static List<Band> causal(int length) {
    int count = Math.max(1, Math.min(MOST, length / LEAST));
    List<Band> bands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bands.add(new Band(i * length / count, (i + 1) * length / count, length));
    }
    return bands;
  }

  /** The rows of its queries, of [B, H, of, D]. */
  <C extends TNumber> Operand<C> queries(Ops tf, Operand<C> x) {
    return to - from == of ? x : tf.slice(x, tf.array(0, 0, from, 0), sizes(tf, to - from, -1));
  }

  /** The rows of its keys, of [B, H, of, D]. */
  <C extends TNumber> Operand<C> keys(Ops tf, Operand<C> x) {
    return to == of ? x : tf.slice(x, tf.array(0, 0, 0, 0), sizes(tf, to, -1));
  }

  /** Its pairs, of [of, of] or [B, 1, of, of]. */
  <C extends TNumber> Operand<C> pairs(Ops tf, Operand<C> mask) {
    if (to - from == of) {
      return mask;
    }
    return mask.shape().numDimensions() == 2
        ? tf.slice(mask, tf.array(from, 0), tf.array(to - from, to))
        : tf.slice(mask, tf.array(0, 0, from, 0), sizes(tf, to - from, to));
  }

  private static Operand<TInt32> sizes(Ops tf, int rows, int columns) {
    return tf.array(-1, -1, rows, columns);
  }

  /** Puts the rows of all queries together again. */
  static <C extends TNumber> Operand<C> joined(Ops tf, List<Operand<C>> rows) {
    return rows.size() == 1 ? rows.get(0) : tf.concat(rows, tf.constant(2)); // [B, H, of, D]
  }

  /** Adds up, for every key, what the bands that see it have of it. */
  static <C extends TNumber> Operand<C> sum(Ops tf, List<Band> bands, List<Operand<C>> keys) {
    List<Operand<C>> pieces = new ArrayList<>();
    for (int i = 0; i < bands.size(); i++) {
      Band piece = bands.get(i);
      List<Operand<C>> terms = new ArrayList<>();
      for (Operand<C> seen : keys.subList(i, keys.size())) {
        boolean all = piece.from == 0 && terms.isEmpty();
        terms.add(all ? seen : piece.queries(tf, seen));
      }
      pieces.add(terms.size() == 1 ? terms.get(0) : tf.math.addN(terms));
    }
    return joined(tf, pieces);
  }
}
