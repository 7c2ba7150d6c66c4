package org.tflion.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.tflion.train.checkpoint.Checkpoint;
import org.tflion.train.checkpoint.Manifest.TensorEntry;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.step.BundleTensors;
import org.tflion.train.step.StateTensor;
import org.tflion.train.watch.EventFile;
import org.tflion.train.watch.Histogram;

/**
 * The distribution of every weight, for TensorBoard, whenever a checkpoint is complete; it is read
 * from the checkpoint. What fails is a warning.
 */
public final class WeightHistograms implements LoopListener, AutoCloseable {

  private final EventFile events;
  private final Consumer<String> warnings;

  private WeightHistograms(EventFile events, Consumer<String> warnings) {
    this.events = events;
    this.warnings = warnings;
  }

  /**
   * Writes to {@code histograms/} in the folder of a run, because TensorBoard follows one growing
   * file of a folder at a time.
   *
   * @param done number of steps done before
   */
  public static WeightHistograms in(Path folder, long done, Consumer<String> warnings) {
    Path own = folder.resolve("histograms");
    try {
      Files.createDirectories(own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new WeightHistograms(EventFile.create(own, done, InstantSource.system()), warnings);
  }

  @Override
  public void onCheckpoint(long step, Path folder) {
    try {
      write(step, Checkpoint.open(folder));
    } catch (RuntimeException e) {
      warnings.accept("histograms of step " + step + " are missing (" + e.getMessage() + ")");
    }
  }

  private void write(long step, Checkpoint checkpoint) {
    List<String> names =
        checkpoint.manifest().tensors().stream()
            .filter(tensor -> tensor.type().equals("float32"))
            .map(TensorEntry::name)
            .filter(name -> name.startsWith(StateTensor.WEIGHTS))
            .toList();
    new BundleTensors(checkpoint.bundle())
        .read(names, (name, values) -> events.histogram(step, name, Histogram.of(values)));
  }

  @Override
  public void close() {
    events.close();
  }
}
