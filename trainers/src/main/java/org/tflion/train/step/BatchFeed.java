package org.tflion.train.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import org.tflion.Require;
import org.tflion.train.data.Batch;
import org.tflion.train.data.BatchShape;
import org.tflion.train.data.Column;
import org.tflion.train.data.Feature;
import org.tflion.train.model.Inputs;

/**
 * Where a graph takes its batches.
 *
 * @param shape of what is fed
 * @param features a place for each feature of the shape, in its order // [B, ...]
 */
record BatchFeed(BatchShape shape, List<Placeholder<? extends TType>> features) {

  /**
   * A part of a batch, to be closed after the run.
   *
   * @param to where it belongs
   * @param tensors one for each feature
   */
  record Fed(BatchFeed to, List<Tensor> tensors) implements AutoCloseable {

    /** Feeds it to a run. */
    Session.Runner into(Session.Runner runner) {
      Session.Runner fed = runner;
      for (int i = 0; i < tensors.size(); i++) {
        fed = fed.feed(to.features.get(i), tensors.get(i));
      }
      return fed;
    }

    @Override
    public void close() {
      tensors.forEach(Tensor::close);
    }
  }

  static BatchFeed create(Ops tf, BatchShape shape) {
    List<Placeholder<? extends TType>> places = new ArrayList<>();
    for (Feature feature : shape.features()) {
      places.add(tf.placeholder(type(feature), Placeholder.shape(sizes(shape, feature))));
    }
    return new BatchFeed(shape, places);
  }

  private static Class<? extends TType> type(Feature feature) {
    return switch (feature.type()) {
      case INT32 -> TInt32.class;
      case FLOAT32 -> TFloat32.class;
      case UINT8 -> TUint8.class;
    };
  }

  private static Shape sizes(BatchShape shape, Feature feature) {
    Shape row = Shape.of(feature.shape().stream().mapToLong(Integer::longValue).toArray());
    return row.prepend(shape.rows());
  }

  /** The batch as a model sees it. */
  Inputs inputs(@Nullable Operand<TInt64> noise) {
    Map<String, Operand<? extends TType>> byName = new LinkedHashMap<>();
    for (int i = 0; i < features.size(); i++) {
      byName.put(shape.features().get(i).name(), features.get(i));
    }
    return new Inputs(byName, noise);
  }

  /**
   * A part of a batch, which may have more features than are wanted.
   *
   * @param part counted from 0, in units of this shape
   * @throws IllegalArgumentException if a feature is missing or has another shape
   */
  Fed part(Batch batch, int part) {
    List<Column> columns = new ArrayList<>();
    for (Feature feature : shape.features()) {
      Column column = batch.get(feature.name());
      Require.that(
          column.feature().equals(feature), "BatchFeed: a feature must be " + feature, column);
      columns.add(column);
    }
    return new Fed(this, columns.stream().map(column -> tensor(column, part)).toList());
  }

  private Tensor tensor(Column column, int part) {
    Shape sizes = sizes(shape, column.feature());
    long size = sizes.size();
    long from = part * size;
    if (column instanceof Column.Ints ints) {
      return TInt32.tensorOf(sizes, DataBuffers.of(ints.values(), true, false).slice(from, size));
    } else if (column instanceof Column.Floats floats) {
      return TFloat32.tensorOf(
          sizes, DataBuffers.of(floats.values(), true, false).slice(from, size));
    }
    byte[] bytes = ((Column.Bytes) column).values();
    return TUint8.tensorOf(sizes, DataBuffers.of(bytes, true, false).slice(from, size));
  }
}
