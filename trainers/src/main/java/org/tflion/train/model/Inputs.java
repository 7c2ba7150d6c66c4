package org.tflion.train.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * A batch as a model sees it: features by name, all with the same number of rows.
 *
 * @param features by the names that the data give them; their order is kept // [B, ...]
 * @param noise key of the random numbers of this pass, another one in each update; null where a
 *     model is used and not trained // [2]
 */
public record Inputs(
    Map<String, Operand<? extends TType>> features, @Nullable Operand<TInt64> noise) {

  public Inputs {
    features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
  }

  /** One feature, to use a model on. */
  public static Inputs of(String name, Operand<? extends TType> feature) {
    return new Inputs(Map.of(name, feature), null);
  }

  /** Whether the data have a feature of this name, as some are optional. */
  public boolean has(String name) {
    return features.containsKey(name);
  }

  /** A feature of whole numbers. */
  public Operand<TInt32> ints(String name) {
    return get(name, TInt32.class);
  }

  /** A feature of floating numbers. */
  public Operand<TFloat32> floats(String name) {
    return get(name, TFloat32.class);
  }

  /** A feature of bytes. */
  public Operand<TUint8> bytes(String name) {
    return get(name, TUint8.class);
  }

  /**
   * A feature of any type.
   *
   * @throws IllegalArgumentException if the data have none of the name, or it has another type
   */
  private <T extends TType> Operand<T> get(String name, Class<T> type) {
    Operand<? extends TType> feature = features.get(name);
    if (feature == null || !feature.type().equals(type)) {
      throw new IllegalArgumentException(
          "Inputs: feature %s must be a %s of the batch (got %s)"
              .formatted(
                  name,
                  type.getSimpleName(),
                  feature == null ? features.keySet() : feature.type().getSimpleName()));
    }
    @SuppressWarnings("unchecked") // compared above
    Operand<T> typed = (Operand<T>) feature;
    return typed;
  }
}
