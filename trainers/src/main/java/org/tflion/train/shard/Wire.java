package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TNumber;

/**
 * How vectors go from one device to another.
 *
 * @param halved whether as bfloat16, which keeps 8 bits of every number: a relative error of 2^-8
 *     at most
 * @param longest most numbers of one message
 */
record Wire(boolean halved, long longest) {

  /** A process that sends 2 GiB or more at once dies; a quarter of that is far enough from it. */
  private static final long LONGEST = 1L << 27;

  /** What the devices of a config do. */
  static Wire of(ShardConfig shard) {
    return new Wire(shard.halvesWire(), LONGEST);
  }

  /**
   * Adds what is sent.
   *
   * @param from operations of the device that sends
   * @param vector of known length
   */
  List<Operand<? extends TNumber>> send(Ops from, Operand<TFloat32> vector) {
    Operand<? extends TNumber> sent = halved ? from.dtypes.cast(vector, TBfloat16.class) : vector;
    long size = vector.shape().get(0);
    List<Operand<? extends TNumber>> messages = new ArrayList<>();
    for (long start = 0; start < size; start += longest) {
      long length = Math.min(longest, size - start);
      messages.add(length == size ? sent : from.slice(sent, from.array(start), from.array(length)));
    }
    return messages;
  }

  /**
   * Adds what is made of it.
   *
   * @param to operations of the device that receives
   */
  Operand<TFloat32> receive(Ops to, List<Operand<? extends TNumber>> messages) {
    List<Operand<TFloat32>> parts = new ArrayList<>();
    for (Operand<? extends TNumber> message : messages) {
      Output<? extends TNumber> arrived = message.asOutput();
      parts.add(halved ? to.dtypes.cast(arrived, TFloat32.class) : arrived.expect(TFloat32.class));
    }
    return parts.size() == 1 ? parts.get(0) : to.concat(parts, to.constant(0));
  }
}
