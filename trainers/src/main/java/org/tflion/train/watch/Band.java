package org.tflion.train.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What lies between the lowest and the highest of several curves.
 *
 * @param low by increasing x
 * @param high at the same places
 */
public record Band(List<Curve.Point> low, List<Curve.Point> high) {

  public Band {
    low = List.copyOf(low);
    high = List.copyOf(high);
  }

  /** Of the places that all curves have. */
  public static Band of(List<Curve> curves) {
    TreeMap<Double, List<Double>> byPlace = new TreeMap<>();
    for (Curve curve : curves) {
      for (Curve.Point point : curve.points()) {
        byPlace.computeIfAbsent(point.x(), place -> new ArrayList<>()).add(point.y());
      }
    }
    List<Curve.Point> low = new ArrayList<>();
    List<Curve.Point> high = new ArrayList<>();
    byPlace.forEach(
        (place, values) -> {
          if (values.size() == curves.size()) {
            low.add(new Curve.Point(place, values.stream().min(Double::compare).orElseThrow()));
            high.add(new Curve.Point(place, values.stream().max(Double::compare).orElseThrow()));
          }
        });
    return new Band(low, high);
  }
}
