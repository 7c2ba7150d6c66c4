package org.tflion.cli.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.Weight;
import org.tflion.train.step.AcceleratorStep;
import org.tflion.train.step.DeviceUpdate;

/**
 * How fast an accelerator reads one array and writes its negative to another, in bytes read and
 * written a second: {@link CopyBandwidth} of its memory. Two sizes are timed, so that the time to
 * start a program cancels.
 */
final class DeviceBandwidth {

  private static final long ELEMENTS = 1 << 26;
  private static final int ROUNDS = 15;

  /** An idle accelerator takes a while to reach its full clock rate. */
  private static final long WARM_UP_NANOS = 500_000_000;

  private DeviceBandwidth() {}

  /** From the medians over several rounds, in GB/s; the device stays open. */
  static double gigabytesPerSecond(AcceleratorStep.Place place) {
    double more = seconds(place, 2 * ELEMENTS) - seconds(place, ELEMENTS);
    if (more <= 0) {
      throw new IllegalStateException("the device copies twice as much in less time; try again");
    }
    return 2.0 * Float.BYTES * ELEMENTS / more / 1e9;
  }

  private static double seconds(AcceleratorStep.Place place, long elements) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Map<String, Weight<?>> variables = new LinkedHashMap<>();
      Weight<TFloat32> from = variable(tf, "from", elements);
      Weight<TFloat32> to = variable(tf, "to", elements);
      variables.put("from", from);
      variables.put("to", to);
      Op copy = to.assign(tf, tf.math.neg(from.read(tf)));
      try (DeviceUpdate update = new DeviceUpdate(place, graph, variables, copy)) {
        return median(update);
      }
    }
  }

  private static double median(DeviceUpdate update) {
    for (long began = System.nanoTime(); System.nanoTime() - began < WARM_UP_NANOS; ) {
      update.run();
    }
    double[] seconds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long began = System.nanoTime();
      update.run();
      seconds[round] = (System.nanoTime() - began) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[ROUNDS / 2];
  }

  private static Weight<TFloat32> variable(Ops tf, String name, long elements) {
    Shape shape = Shape.of(elements);
    Weight<TFloat32> weight = Weight.resource(tf, name, shape, TFloat32.class);
    Ops init = tf.withInitScope();
    weight.assign(init, init.fill(init.constant(shape), init.constant(1f)));
    return weight;
  }
}
