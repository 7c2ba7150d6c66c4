package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.tensorflow.ndarray.Shape;
import org.tflion.optim.Piece;
import org.tflion.train.model.Parameter;

/**
 * Who owns what: matrices are cut into one piece for each device, along their first axis that is
 * long enough; vectors, and what is too short to be cut, go whole to the device that has least.
 *
 * <p>Pieces differ by at most one row, so nothing is padded, and a tensor that is put together from
 * them is the same for every number of devices.
 *
 * @param devices number of them; above 0
 * @param byName the parts of every parameter, in the order of their rows
 */
record Partition(int devices, Map<String, List<Part>> byName) {

  /**
   * A part of a parameter.
   *
   * @param owner the device that it lies on
   * @param shape of the part
   * @param piece which part it is; empty if it is all of it
   */
  record Part(int owner, Shape shape, Optional<Piece> piece) {

    /** Both together; the rows of the other follow those of this. */
    private Part with(Part other) {
      Piece one = piece.orElseThrow();
      long length = one.length() + other.piece.orElseThrow().length();
      if (length == one.whole().get(one.axis())) {
        return new Part(owner, one.whole(), Optional.empty());
      }
      Piece both = new Piece(one.whole(), one.axis(), one.start(), length);
      return new Part(owner, both.shape(), Optional.of(both));
    }
  }

  /** The partition of a model. */
  static Partition of(List<Parameter> parameters, int devices) {
    Map<String, List<Part>> parts = new LinkedHashMap<>();
    long[] load = new long[devices];
    for (Parameter parameter : parameters) {
      List<Part> own = cut(parameter.shape(), devices);
      if (own.isEmpty()) {
        own = List.of(new Part(least(load), parameter.shape(), Optional.empty()));
      }
      own.forEach(part -> load[part.owner()] += part.shape().size());
      parts.put(parameter.name(), own);
    }
    return new Partition(devices, parts);
  }

  private static int least(long[] load) {
    long smallest = Arrays.stream(load).min().orElseThrow();
    int device = 0;
    while (load[device] != smallest) {
      device++;
    }
    return device;
  }

  private static List<Part> cut(Shape shape, int devices) {
    List<Part> parts = new ArrayList<>();
    boolean cuts = devices > 1 && shape.numDimensions() > 1;
    for (int axis = 0; cuts && axis < shape.numDimensions(); axis++) {
      long rows = shape.get(axis);
      if (rows >= devices) {
        for (int k = 0; k < devices; k++) {
          long start = rows * k / devices;
          long end = rows * (k + 1) / devices;
          Piece piece = new Piece(shape, axis, start, end - start);
          parts.add(new Part(k, piece.shape(), Optional.of(piece)));
        }
        return parts;
      }
    }
    return parts;
  }

  /** The same over fewer devices, each of which owns what so many neighbours own here. */
  Partition joined(int neighbours) {
    Map<String, List<Part>> joined = new LinkedHashMap<>();
    byName.forEach(
        (name, parts) -> {
          Map<Integer, Part> byOwner = new TreeMap<>();
          for (Part part : parts) {
            int owner = part.owner() / neighbours;
            byOwner.merge(owner, new Part(owner, part.shape(), part.piece()), Part::with);
          }
          joined.put(name, List.copyOf(byOwner.values()));
        });
    return new Partition(devices / neighbours, joined);
  }

  List<Part> parts(String name) {
    return Objects.requireNonNull(byName.get(name), name);
  }
}
