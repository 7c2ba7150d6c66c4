package org.tflion.optim;

import java.util.Set;
import org.tensorflow.GraphOperation;

/**
 * The one way to end the JVM by a gradient: TensorFlow's C++ gradient of {@code tf.math.square}
 * reads past its input if that is a reference variable itself.
 */
final class UnsafeSquare {

  private UnsafeSquare() {}

  /**
   * Refuses a loss with such an operation.
   *
   * @param optimizer who refuses
   * @param operations all that the loss depends on
   * @throws IllegalArgumentException if there is one
   */
  static void refuse(String optimizer, Set<GraphOperation> operations) {
    for (GraphOperation op : operations) {
      if (op.type().equals("Square") && op.input(0).op().type().equals(RefWeight.OP)) {
        throw new IllegalArgumentException(
            optimizer
                + ": '"
                + op.name()
                + "' must not square a reference variable itself (got '"
                + op.input(0).op().name()
                + "'), of which TensorFlow's gradient crashes; square tf.identity of it");
      }
    }
  }
}
