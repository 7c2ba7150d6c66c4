package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/** What arrives at one device of some parameters, put together in the order of their rows. */
final class Arrivals {

  private final Ops tf;
  private final Wire wire;
  private final Map<String, List<Arrived>> byName = new LinkedHashMap<>();

  Arrivals(Ops tf, Wire wire) {
    this.tf = tf;
    this.wire = wire;
  }

  /** A window that has arrived. */
  private record Arrived(Window window, Operand<TFloat32> value) {}

  /**
   * Adds what is made of a parcel.
   *
   * @param sent its messages
   */
  void add(Parcel parcel, List<Operand<? extends TNumber>> sent) {
    List<Operand<TFloat32>> values = parcel.unpack(tf, wire.receive(tf, sent));
    for (int i = 0; i < values.size(); i++) {
      Parcel.Content content = parcel.contents().get(i);
      byName
          .computeIfAbsent(content.name(), name -> new ArrayList<>())
          .add(new Arrived(content.window(), values.get(i)));
    }
  }

  /** Adds the values that all parcels make together, by the names of the parameters. */
  Map<String, Operand<TFloat32>> whole() {
    Map<String, Operand<TFloat32>> whole = new LinkedHashMap<>();
    byName.forEach((name, windows) -> whole.put(name, joined(windows)));
    return whole;
  }

  private Operand<TFloat32> joined(List<Arrived> windows) {
    if (windows.size() == 1) {
      return windows.get(0).value();
    }
    List<Operand<TFloat32>> inOrder =
        windows.stream()
            .sorted(Comparator.comparingLong(arrived -> arrived.window().at()))
            .map(Arrived::value)
            .toList();
    return tf.concat(inOrder, tf.constant(windows.get(0).window().along()));
  }
}
