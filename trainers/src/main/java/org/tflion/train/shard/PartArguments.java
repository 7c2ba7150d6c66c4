package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Parameters;

/**
 * What the inside of a part's function reads.
 *
 * @param weights of the part
 * @param batch of the device
 * @param rows that the part before made; none for the first part
 */
record PartArguments(Parameters<TFloat32> weights, Inputs batch, Optional<Operand<TFloat32>> rows) {

  /** Writes the inside. */
  @FunctionalInterface
  interface Writer {

    /** Adds the operations of one value. */
    Operand<TFloat32> write(Ops tf, PartArguments inside);
  }

  /**
   * What a call of the function is given on one device: weights, rows, features, noise.
   *
   * @param tf operations of the device
   * @param weights by their names, at least those that are needed
   * @param batch of the device
   * @param rows that the part before made; none for the first part
   */
  record Arguments(
      Ops tf,
      Map<String, Operand<TFloat32>> weights,
      Inputs batch,
      Optional<Operand<TFloat32>> rows) {

    List<Operand<TFloat32>> values(List<String> names) {
      List<Operand<TFloat32>> values = new ArrayList<>();
      names.forEach(name -> values.add(Objects.requireNonNull(weights.get(name), name)));
      return values;
    }

    /** All but the weights; there are gradients by the rows, which come first. */
    List<Operand<?>> others() {
      List<Operand<?>> others = new ArrayList<>();
      rows.ifPresent(others::add);
      others.addAll(batch.features().values());
      if (batch.noise() != null) {
        others.add(batch.noise());
      }
      return others;
    }

    /** Everything, weights first. */
    List<Operand<?>> all(List<String> names) {
      List<Operand<?>> all = new ArrayList<>(values(names));
      all.addAll(others());
      return all;
    }

    /** The same inside the function, from its inputs. */
    PartArguments inside(
        List<String> names, Compute compute, List<Operand<?>> values, List<Operand<?>> others) {
      List<Operand<?>> in = new ArrayList<>(values);
      in.addAll(others);
      return inside(names, compute, in);
    }

    /** The same from its inputs in one list. */
    PartArguments inside(List<String> names, Compute compute, List<Operand<?>> in) {
      Map<String, Operand<TFloat32>> byName = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        byName.put(names.get(i), in.get(i).asOutput().expect(TFloat32.class));
      }
      List<Operand<?>> others = in.subList(names.size(), in.size());
      int next = rows.isPresent() ? 1 : 0;
      Map<String, Operand<? extends TType>> features = new LinkedHashMap<>();
      for (String name : batch.features().keySet()) {
        features.put(name, others.get(next++));
      }
      var noise = batch.noise() == null ? null : others.get(next).asOutput().expect(TInt64.class);
      return new PartArguments(
          new Parameters<>(byName, compute),
          new Inputs(features, noise),
          rows.map(value -> others.get(0).asOutput().expect(TFloat32.class)));
    }
  }
}
