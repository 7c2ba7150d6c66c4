package org.tflion.train.shard;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Share;

/** Where the passes of all devices get whole weights from, one part of a model after the other. */
interface WholeWeights {

  /**
   * Adds the weights of the next part.
   *
   * @param names of its parameters
   * @param shares what a device has of those that it does not have whole
   * @return values for each device
   */
  List<Map<String, Operand<TFloat32>>> next(List<String> names, Map<String, Share> shares);

  /**
   * Says what each device has made of the weights that it got last.
   *
   * @param made by each device
   */
  void used(List<? extends Op> made);

  /** Everything that was added for each device so far. */
  List<List<Op>> all();
}
