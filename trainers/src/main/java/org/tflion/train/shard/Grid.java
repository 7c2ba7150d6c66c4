package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Devices in rows: those of a row are peers that compute the same rows of a batch together. As many
 * neighbouring rows as make a block have all weights among them.
 *
 * @param copies number of blocks; if there are several, each keeps copies of all weights
 * @param groups number of rows; a multiple of the copies
 * @param peers of a row
 */
record Grid(int copies, int groups, int peers) {

  /** The devices of a block. */
  int block() {
    return groups / copies * peers;
  }

  /** The rows of one block, by themselves. */
  Grid alone() {
    return new Grid(1, groups / copies, peers);
  }

  /** What one block has of what each device has. */
  <R> List<R> ofBlock(int index, List<R> each) {
    return each.subList(index * block(), (index + 1) * block());
  }

  /** The device of a block that keeps copies of what an owner owns. */
  int keeper(int index, int owner) {
    return index * block() + owner / copies;
  }

  /** The row of a device. */
  int group(int device) {
    return device / peers;
  }

  /** The place of a device among its peers. */
  int slot(int device) {
    return device % peers;
  }

  /** What the first of each row have made. */
  <R> List<R> ofFirstPeers(List<R> each) {
    return IntStream.range(0, groups).mapToObj(group -> each.get(group * peers)).toList();
  }

  /** Adds the sums over peers on each device, in one order, so that peers have the same bits. */
  List<Operand<TFloat32>> overPeers(List<Ops> each, List<Operand<TFloat32>> values) {
    if (peers == 1) {
      return values;
    }
    List<Operand<TFloat32>> sums = new ArrayList<>();
    for (int k = 0; k < each.size(); k++) {
      int first = group(k) * peers;
      sums.add(each.get(k).math.addN(values.subList(first, first + peers)));
    }
    return sums;
  }
}
