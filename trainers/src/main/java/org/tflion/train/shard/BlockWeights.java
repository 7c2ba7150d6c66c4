package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tflion.train.model.Share;

/**
 * Whole weights of every device from within its own block of devices.
 *
 * @param grid the blocks
 * @param blocks where the devices of each block get them from
 */
record BlockWeights(Grid grid, List<WholeWeights> blocks) implements WholeWeights {

  @Override
  public List<Map<String, Operand<TFloat32>>> next(List<String> names, Map<String, Share> shares) {
    List<Map<String, Operand<TFloat32>>> values = new ArrayList<>();
    blocks.forEach(block -> values.addAll(block.next(names, shares)));
    return values;
  }

  @Override
  public void used(List<? extends Op> made) {
    for (int block = 0; block < blocks.size(); block++) {
      blocks.get(block).used(grid.ofBlock(block, made));
    }
  }

  @Override
  public List<List<Op>> all() {
    List<List<Op>> all = new ArrayList<>();
    blocks.forEach(block -> all.addAll(block.all()));
    return all;
  }
}
