package org.tflion.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.proto.DeviceStepStats;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.StepStats;
import org.tflion.tpu.remote.Trace;
import org.tflion.train.Training;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/** Records some steps of a training, as a file that Perfetto and chrome://tracing show. */
final class Profile implements LoopListener {

  /** TensorFlow prepares in the first steps. */
  private static final int FIRST = 2;

  private final Training training;
  private final Path file;
  private final int steps;
  private final PrintWriter err;
  private final Map<String, DeviceStepStats.Builder> devices = new LinkedHashMap<>();
  private int done;

  /**
   * A recording of the third step and those after it.
   *
   * @param file to write
   * @param steps how many; 1 or more
   */
  Profile(Training training, Path file, int steps, PrintWriter err) {
    this.training = training;
    this.file = file;
    this.steps = steps;
    this.err = err;
  }

  /** Steps that a training must have to be recorded. */
  static long needed(int steps) {
    return (long) FIRST + steps;
  }

  @Override
  public void onStep(StepMetrics metrics) {
    done++;
    if (done == FIRST) {
      training.trace(this::add);
    } else if (done == FIRST + steps) {
      training.trace(null);
      write();
    }
  }

  private void add(RunMetadata step) {
    for (DeviceStepStats device : step.getStepStats().getDevStatsList()) {
      devices
          .computeIfAbsent(device.getDevice(), name -> DeviceStepStats.newBuilder().setDevice(name))
          .addAllNodeStats(device.getNodeStatsList());
    }
  }

  private void write() {
    StepStats.Builder all = StepStats.newBuilder();
    devices.values().forEach(all::addDevStats);
    try {
      Files.writeString(file, Trace.json(RunMetadata.newBuilder().setStepStats(all).build()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    err.println("profile of " + steps + " steps in " + file);
  }
}
