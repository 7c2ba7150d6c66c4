package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Share;
import org.tflion.train.shard.Partition.Part;

/**
 * What one device owns of a peer's share of some parameters, as one vector: devices exchange few
 * large messages instead of many small ones.
 *
 * @param owner the device
 * @param contents in the order of the vector; at least one
 */
record Parcel(int owner, List<Content> contents) {

  /**
   * What the owner and the peer have in common of a parameter.
   *
   * @param name of the parameter
   * @param window of the owner's part
   */
  record Content(String name, Window window) {}

  /**
   * One parcel for each device that owns something.
   *
   * @param names of parameters
   * @param shares those that peers do not have whole
   * @param slot of the peer
   */
  static List<Parcel> of(
      Partition partition, List<String> names, Map<String, Share> shares, int slot, int peers) {
    Map<Integer, List<Content>> byOwner = new LinkedHashMap<>();
    for (String name : names) {
      Share share = shares.getOrDefault(name, Share.WHOLE);
      for (Part part : partition.parts(name)) {
        for (Window window : Window.of(part, share, slot, peers)) {
          byOwner
              .computeIfAbsent(part.owner(), owner -> new ArrayList<>())
              .add(new Content(name, window));
        }
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
    List<Operand<TFloat32>> values = new ArrayList<>();
    for (Content content : contents) {
      var value = Objects.requireNonNull(owned.get(content.name()), content.name());
      values.add(content.window().ofPart(tf, value));
    }
    return joined(tf, values);
  }

  /**
   * Adds the vector of the owner's part of gradients by a share.
   *
   * @param gradients by the names of the parameters
   */
  Operand<TFloat32> cut(Ops tf, Map<String, ? extends Operand<TFloat32>> gradients) {
    List<Operand<TFloat32>> values = new ArrayList<>();
    for (Content content : contents) {
      var value = Objects.requireNonNull(gradients.get(content.name()), content.name());
      values.add(content.window().ofShare(tf, value));
    }
    return joined(tf, values);
  }

  private Operand<TFloat32> joined(Ops tf, List<Operand<TFloat32>> values) {
    List<Operand<TFloat32>> flat = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Shape shape = contents.get(i).window().shape();
      boolean isVector = shape.numDimensions() == 1;
      flat.add(
          isVector
              ? values.get(i)
              : tf.reshape(values.get(i), tf.constant(new long[] {shape.size()})));
    }
    return flat.size() == 1 ? flat.get(0) : tf.concat(flat, tf.constant(0));
  }

  /** Adds what is in a vector, in the order of the contents. */
  List<Operand<TFloat32>> unpack(Ops tf, Operand<TFloat32> vector) {
    long[] sizes =
        contents.stream().mapToLong(content -> content.window().shape().size()).toArray();
    List<? extends Operand<TFloat32>> vectors =
        sizes.length == 1
            ? List.of(vector)
            : tf.splitV(vector, tf.constant(sizes), tf.constant(0), (long) sizes.length).output();
    List<Operand<TFloat32>> values = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      Shape shape = contents.get(i).window().shape();
      boolean isVector = shape.numDimensions() == 1;
      values.add(
          isVector ? vectors.get(i) : tf.reshape(vectors.get(i), tf.constant(shape.asArray())));
    }
    return values;
  }
}
