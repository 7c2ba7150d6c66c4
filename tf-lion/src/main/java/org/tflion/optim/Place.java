package org.tflion.optim;

import java.util.List;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;

/**
 * Weights, or pieces of weights, that lie on one device and are updated there.
 *
 * @param tf makes operations of that device
 * @param trainables what lies there, with gradients and slots on the same device
 * @param after what must run before anything is written anywhere, besides the gradients
 */
public record Place(Ops tf, List<Trainable<?>> trainables, List<? extends Op> after) {

  public Place {
    trainables = List.copyOf(trainables);
    after = List.copyOf(after);
  }
}
