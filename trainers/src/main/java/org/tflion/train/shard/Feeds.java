package org.tflion.train.shard;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Session;
import org.tflion.train.data.Batch;
import org.tflion.train.step.BatchFeed;

/**
 * What every device gets of a part of a batch, to be closed after the run.
 *
 * @param each in the order of the devices
 */
record Feeds(List<BatchFeed.Fed> each) implements AutoCloseable {

  /** The rows of a part, as many for each device. */
  static Feeds of(List<BatchFeed> to, Batch batch, int part) {
    List<BatchFeed.Fed> each = new ArrayList<>();
    for (int k = 0; k < to.size(); k++) {
      each.add(to.get(k).part(batch, part * to.size() + k));
    }
    return new Feeds(each);
  }

  /** Feeds them to a run. */
  Session.Runner into(Session.Runner runner) {
    Session.Runner fed = runner;
    for (BatchFeed.Fed one : each) {
      fed = one.into(fed);
    }
    return fed;
  }

  @Override
  public void close() {
    each.forEach(BatchFeed.Fed::close);
  }
}
