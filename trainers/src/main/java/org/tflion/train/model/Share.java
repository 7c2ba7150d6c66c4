package org.tflion.train.model;

import org.tflion.Require;

/**
 * What each of several peers that compute a part together has of a parameter: all of it, all of it
 * divided by the number of peers (as each adds it once to what they add up), or its own columns.
 *
 * @param kind which of them
 * @param axis that is cut
 * @param groups of equal length along the axis, each of which is cut, such as queries, keys and
 *     values side by side; 1 or more
 */
public record Share(Kind kind, int axis, int groups) {

  /** Ways to share. */
  public enum Kind {
    WHOLE,
    DIVIDED,
    CUT
  }

  /** Everyone has it. */
  public static final Share WHOLE = new Share(Kind.WHOLE, 0, 1);

  /** Everyone has an equal share of every number. */
  public static final Share DIVIDED = new Share(Kind.DIVIDED, 0, 1);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Share {
    Require.that(axis >= 0, "Share: axis must be 0 or more", axis);
    Require.that(groups > 0, "Share: groups must be 1 or more", groups);
  }

  /** Everyone has equally many rows of every group. */
  public static Share cut(int axis, int groups) {
    return new Share(Kind.CUT, axis, groups);
  }
}
