package org.tflion.train.step;

import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TInt32;
import org.tflion.train.data.Batch;

/** Batches as tensors, which the caller closes. */
final class Feeds {

  private Feeds() {}

  /** The tokens of a batch, [B, T + 1]. */
  static TInt32 tensor(Batch batch) {
    return tensor(batch, 0, 1);
  }

  /** One of equal parts of a batch, [B / parts, T + 1]. */
  static TInt32 tensor(Batch batch, int part, int parts) {
    int size = batch.size() / parts;
    long length = (long) size * batch.length();
    return TInt32.tensorOf(
        Shape.of(size, batch.length()),
        DataBuffers.of(batch.tokens(), true, false).slice(part * length, length));
  }
}
