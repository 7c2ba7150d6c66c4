package org.tflion.train.shard;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.tensorflow.Session;
import org.tflion.train.step.Snapshot;

/**
 * The state itself, which stands still until this is closed: a copy would double what every device
 * holds.
 */
final class ShardedSnapshot implements Snapshot {

  private final ShardedBundle bundle;
  private final Supplier<Session.Runner> runs;
  private final Semaphore still;
  private boolean open = true;

  /**
   * Takes over a state that stands still.
   *
   * @param runs of the session that has it
   * @param still released when this is closed
   */
  ShardedSnapshot(ShardedBundle bundle, Supplier<Session.Runner> runs, Semaphore still) {
    this.bundle = bundle;
    this.runs = runs;
    this.still = still;
  }

  @Override
  public Optional<String> firstNotFinite() {
    return bundle.firstNotFinite(runs.get());
  }

  @Override
  public void write(Path prefix) {
    bundle.save(runs.get(), prefix);
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      still.release();
    }
  }
}
