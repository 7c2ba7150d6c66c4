package org.tflion.cli.tpu;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.tflion.tpu.rpc.Limits;
import org.tflion.tpu.rpc.RpcException;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/**
 * Joins what TPU runtimes say of their devices to the metrics of a run: {@code hbm_used_bytes}, the
 * most of any device; {@code hbm_total_bytes}, what the smallest has; {@code duty_cycle_percent},
 * the mean of all. They are asked every two seconds on a thread of its own, so that no step waits.
 * What is not reported, or not any more, is left out.
 */
public final class TpuMetrics implements LoopListener, AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(2);

  private static final Limits ONCE = new Limits(PERIOD, 1, Duration.ZERO, 1 << 20);

  private final TpuRuntimes runtimes;
  private final Consumer<String> warnings;
  private final ScheduledExecutorService thread;
  private volatile Map<String, Double> latest = Map.of();
  private boolean silent;

  private TpuMetrics(TpuRuntimes runtimes, Consumer<String> warnings) {
    this.runtimes = runtimes;
    this.warnings = warnings;
    thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, "tpu-metrics");
              made.setDaemon(true);
              return made;
            });
  }

  /**
   * Asks once, and goes on to ask.
   *
   * @param addresses of the runtimes, {@code host:port}
   * @param warnings hears when they fall silent
   * @throws IllegalArgumentException if an address is none
   */
  public static TpuMetrics open(List<String> addresses, Consumer<String> warnings) {
    TpuMetrics metrics = new TpuMetrics(TpuRuntimes.open(addresses, ONCE), warnings);
    metrics.ask();
    long period = PERIOD.toMillis();
    // Nobody waits for what goes on until the thread is shut down.
    var unused =
        metrics.thread.scheduleWithFixedDelay(metrics::ask, period, period, TimeUnit.MILLISECONDS);
    return metrics;
  }

  void ask() {
    try {
      latest = joined(runtimes.sample());
      silent = false;
    } catch (RpcException e) {
      latest = Map.of();
      if (!silent) {
        warnings.accept("no TPU runtime answers (" + e.getMessage() + "); the run goes on");
        silent = true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Map<String, Double> joined(List<TpuSample> samples) {
    List<TpuSample.Usage> devices = samples.stream().flatMap(s -> s.devices().stream()).toList();
    Map<String, Double> joined = new LinkedHashMap<>();
    numbers(devices, TpuSample.Usage::hbmUsedBytes)
        .max()
        .ifPresent(most -> joined.put("hbm_used_bytes", most));
    numbers(devices, TpuSample.Usage::hbmTotalBytes)
        .min()
        .ifPresent(least -> joined.put("hbm_total_bytes", least));
    numbers(devices, TpuSample.Usage::dutyCyclePercent)
        .average()
        .ifPresent(mean -> joined.put("duty_cycle_percent", mean));
    return joined;
  }

  private static DoubleStream numbers(
      List<TpuSample.Usage> devices, Function<TpuSample.Usage, @Nullable Number> field) {
    return devices.stream().map(field).filter(Objects::nonNull).mapToDouble(Number::doubleValue);
  }

  @Override
  public Map<String, Double> deviceMetrics(StepMetrics step) {
    return latest;
  }

  @Override
  public void close() {
    thread.shutdownNow();
    runtimes.close();
  }
}
