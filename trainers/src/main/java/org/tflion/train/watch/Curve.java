package org.tflion.train.watch;

import java.util.ArrayList;
import java.util.List;

/**
 * Points from left to right.
 *
 * @param name in the legend
 * @param points by increasing x
 */
public record Curve(String name, List<Point> points) {

  /** One of them; both numbers are finite. */
  public record Point(double x, double y) {}

  public Curve {
    points = List.copyOf(points);
  }

  /**
   * A curve of at most about so many points that looks the same: of each part the lowest and the
   * highest, so that no spike is lost.
   *
   * @param most points; 2 or more
   */
  Curve thinned(int most) {
    if (points.size() <= most) {
      return this;
    }
    List<Point> kept = new ArrayList<>();
    int parts = most / 2;
    for (int part = 0; part < parts; part++) {
      int from = (int) ((long) points.size() * part / parts);
      int to = (int) ((long) points.size() * (part + 1) / parts);
      int low = from;
      int high = from;
      for (int i = from; i < to; i++) {
        low = points.get(i).y() < points.get(low).y() ? i : low;
        high = points.get(i).y() > points.get(high).y() ? i : high;
      }
      kept.add(points.get(Math.min(low, high)));
      if (low != high) {
        kept.add(points.get(Math.max(low, high)));
      }
    }
    return new Curve(name, kept);
  }
}
