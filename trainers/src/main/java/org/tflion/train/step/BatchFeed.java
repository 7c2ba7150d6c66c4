package org.tflion.train.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tflion.train.data.Batch;
import org.tflion.train.model.Inputs;

/**
 * Where a graph takes its batches.
 *
 * @param shape of what is fed
 * @param tokens of the rows // [B, T + 1]
 * @param segments of the tokens, if rows are divided // [B, T + 1]
 */
public record BatchFeed(
    BatchShape shape, Placeholder<TInt32> tokens, @Nullable Placeholder<TInt32> segments) {

  /**
   * A part of a batch, to be closed after the run.
   *
   * @param to where it belongs
   * @param tensors tokens, and segments if there are any
   */
  public record Fed(BatchFeed to, List<TInt32> tensors) implements AutoCloseable {

    /** Feeds it to a run. */
    public Session.Runner into(Session.Runner runner) {
      Session.Runner fed = runner.feed(to.tokens, tensors.get(0));
      return to.segments == null ? fed : fed.feed(to.segments, tensors.get(1));
    }

    @Override
    public void close() {
      tensors.forEach(TInt32::close);
    }
  }

  /** Adds the places of a batch. */
  public static BatchFeed create(Ops tf, BatchShape shape) {
    Shape sizes = Shape.of(shape.rows(), shape.length());
    return new BatchFeed(
        shape,
        tf.placeholder(TInt32.class, Placeholder.shape(sizes)),
        shape.separate() ? tf.placeholder(TInt32.class, Placeholder.shape(sizes)) : null);
  }

  /** The batch as a model sees it. */
  public Inputs inputs(@Nullable Operand<TInt64> noise) {
    return new Inputs(tokens, segments, noise);
  }

  /**
   * A part of a batch.
   *
   * @param part counted from 0, in units of this shape
   */
  public Fed part(Batch batch, int part) {
    List<TInt32> tensors = new ArrayList<>();
    tensors.add(tensor(batch.tokens(), part));
    if (segments != null) {
      tensors.add(
          tensor(Objects.requireNonNull(batch.segments(), "a batch without documents"), part));
    }
    return new Fed(this, tensors);
  }

  private TInt32 tensor(int[] numbers, int part) {
    long size = (long) shape.rows() * shape.length();
    return TInt32.tensorOf(
        Shape.of(shape.rows(), shape.length()),
        DataBuffers.of(numbers, true, false).slice(part * size, size));
  }
}
