package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.train.shard.Partition.Part;

/**
 * What one device owns of some parameters, as one vector: devices exchange few large messages
 * instead of many small ones.
 *
 * @param owner the device
 * @param contents in the order of the vector; at least one
 */
record Parcel(int owner, List<Content> contents) {

  /**
   * A parameter, or the device's piece of it.
   *
   * @param name of the parameter
   * @param part which part of it
   */
  record Content(String name, Part part) {

    Shape shape() {
      return part.shape();
    }
  }

  /** One parcel for each device that owns something of the named parameters. */
  static List<Parcel> of(Partition partition, Collection<String> names) {
    Map<Integer, List<Content>> byOwner = new LinkedHashMap<>();
    for (String name : names) {
      for (Part part : partition.parts(name)) {
        byOwner
            .computeIfAbsent(part.owner(), owner -> new ArrayList<>())
            .add(new Content(name, part));
      }
    }
    List<Parcel> parcels = new ArrayList<>();
    byOwner.forEach((owner, contents) -> parcels.add(new Parcel(owner, contents)));
    return parcels;
  }

  /**
   * Adds the vector of what is owned.
   *
   * @param owned by the names of the parameters
   */
  Operand<TFloat32> pack(Ops tf, Map<String, Operand<TFloat32>> owned) {
    List<Operand<TFloat32>> flat = new ArrayList<>();
    for (Content content : contents) {
      var value = Objects.requireNonNull(owned.get(content.name()), content.name());
      flat.add(tf.reshape(value, tf.constant(new long[] {content.shape().size()})));
    }
    return flat.size() == 1 ? flat.get(0) : tf.concat(flat, tf.constant(0));
  }

  /**
   * Adds the vector of the owner's part of whole values.
   *
   * @param whole by the names of the parameters
   */
  Operand<TFloat32> cut(Ops tf, Map<String, ? extends Operand<TFloat32>> whole) {
    Map<String, Operand<TFloat32>> owned = new LinkedHashMap<>();
    for (Content content : contents) {
      var value = Objects.requireNonNull(whole.get(content.name()), content.name());
      owned.put(content.name(), Shards.slice(tf, value, content.part()));
    }
    return pack(tf, owned);
  }

  /** Adds what is in a vector, by the names of the parameters. */
  Map<String, Operand<TFloat32>> unpack(Ops tf, Operand<TFloat32> vector) {
    long[] sizes = contents.stream().mapToLong(content -> content.shape().size()).toArray();
    List<? extends Operand<TFloat32>> flat =
        sizes.length == 1
            ? List.of(vector)
            : tf.splitV(vector, tf.constant(sizes), tf.constant(0), (long) sizes.length).output();
    Map<String, Operand<TFloat32>> owned = new LinkedHashMap<>();
    for (int i = 0; i < sizes.length; i++) {
      Content content = contents.get(i);
      owned.put(content.name(), tf.reshape(flat.get(i), tf.constant(content.shape().asArray())));
    }
    return owned;
  }
}
