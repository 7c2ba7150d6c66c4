package org.tflion.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.tpu.TpuMetrics;
import org.tflion.train.Training;
import org.tflion.train.WeightHistograms;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.watch.Listeners;
import org.tflion.train.watch.PrometheusEndpoint;
import picocli.CommandLine.Option;

/** What of a run can be watched besides what it leaves anyway. */
final class WatchOptions {

  @Option(
      names = "--prometheus",
      paramLabel = "PORT",
      description = "Serve the metrics to this machine at http://127.0.0.1:PORT/metrics; 0: any.")
  private @Nullable Integer prometheus;

  @Option(
      names = "--histograms",
      description = "Write the distribution of every weight for TensorBoard at each checkpoint.")
  private boolean histograms;

  @Option(
      names = "--profile",
      paramLabel = "STEPS",
      description = "Record so many steps, from the third on, to trace.json, which Perfetto shows.")
  private @Nullable Integer profile;

  @Option(
      names = "--tpu-metrics",
      paramLabel = "HOST:PORT",
      split = ",",
      description = {
        "Add memory in use and duty cycle of TPUs to the metrics, from the service of their runtime"
            + " at HOST:PORT, such as localhost:8431. Untested on hardware."
      })
  private List<String> runtimes = new ArrayList<>();

  /**
   * The recording of a training, where one is wanted.
   *
   * @param to number of updates at the end
   */
  @Nullable Profile profile(PrintWriter err, Path folder, Training training, long to) {
    if (profile == null) {
      return null;
    }
    long most = to - training.done();
    Require.that(
        profile > 0 && Profile.needed(profile) <= most,
        "--profile must be from 1 to " + Math.max(most - Profile.needed(0), 0) + " steps here",
        profile);
    return new Profile(training, folder.resolve("trace.json"), profile, err);
  }

  /** The endpoint, where one is wanted. */
  @Nullable PrometheusEndpoint endpoint(PrintWriter err) {
    if (prometheus == null) {
      return null;
    }
    PrometheusEndpoint endpoint = new PrometheusEndpoint(prometheus);
    err.println("metrics at " + endpoint.address());
    return endpoint;
  }

  /** What TPUs say of themselves, where it is wanted. */
  @Nullable TpuMetrics tpu(PrintWriter err) {
    return runtimes.isEmpty()
        ? null
        : TpuMetrics.open(runtimes, text -> err.println("tflion: warning: " + text));
  }

  /** The histograms of a run that has done some steps, where they are wanted. */
  @Nullable WeightHistograms histograms(PrintWriter err, Path folder, long done) {
    return histograms ? WeightHistograms.in(folder, done, err::println) : null;
  }

  /** All that are there, as one. */
  static LoopListener listeners(@Nullable LoopListener... all) {
    List<LoopListener> present = Stream.of(all).filter(Objects::nonNull).toList();
    return new Listeners(present);
  }
}
