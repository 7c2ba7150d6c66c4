package org.tflion.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.tpu.TpuRuntimes;
import org.tflion.cli.tpu.TpuSample;
import org.tflion.tpu.rpc.RpcException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tflion tpu watch}. */
@Command(
    name = "watch",
    description = {
      "Shows what the TPUs of a host do right now: memory in use, duty cycle, idle time, uptime.",
      "",
      "Asks the metric service of the TPU runtime, which answers while a program holds the TPUs.",
      "Untested on hardware.",
      ""
    })
final class TpuWatchCommand implements Callable<Integer> {

  private static final double GB = 1e9;

  @Spec private CommandSpec spec;
  @Mixin HelpOption help;

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Where the service is; by default the TPU_RUNTIME_METRICS_PORTS of this host.")
  private List<String> addresses = new ArrayList<>();

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      description = "Time between two samples (default: ${DEFAULT-VALUE}).",
      defaultValue = "2")
  private double interval;

  @Option(names = "--once", description = "Take one sample; exit code 1 if nothing answers.")
  private boolean once;

  @Option(names = "--json", description = "Print each sample as one JSON object on a line.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Require.positive("--interval", interval);
    List<String> chosen = addresses.isEmpty() ? TpuRuntimes.local(System.getenv()) : addresses;
    try (TpuRuntimes runtimes = TpuRuntimes.open(chosen);
        StopSignal signal = new StopSignal(spec.commandLine().getErr())) {
      Map<String, String> silent = new HashMap<>();
      while (!signal.isWanted()) {
        boolean answered = false;
        for (int i = 0; i < chosen.size(); i++) {
          answered |= show(runtimes, i, silent);
        }
        if (once) {
          return answered ? 0 : 1;
        }
        Thread.sleep((long) (1e3 * interval));
      }
    }
    return 0;
  }

  /**
   * Prints what one runtime says, or once why it says nothing.
   *
   * @param silent those that said nothing last time, with the reason
   * @return whether it answered
   */
  private boolean show(TpuRuntimes runtimes, int index, Map<String, String> silent)
      throws InterruptedException {
    String address = runtimes.addresses().get(index);
    try {
      print(runtimes.sample(index));
      silent.remove(address);
      return true;
    } catch (RpcException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(silent.put(address, reason))) {
        spec.commandLine().getErr().println("tflion: no TPU runtime answers (" + reason + ")");
      }
      return false;
    }
  }

  private void print(TpuSample sample) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, sample);
      return;
    }
    out.println(sample.address() + "  up " + shown("%.0f s", sample.uptimeSeconds(), 1));
    for (TpuSample.Usage usage : sample.devices()) {
      out.printf(
          Locale.ROOT,
          "  device %-3d  HBM %s of %s GB  duty %s  idle %s%n",
          usage.device(),
          shown("%.2f", usage.hbmUsedBytes(), GB),
          shown("%.2f", usage.hbmTotalBytes(), GB),
          shown("%.0f %%", usage.dutyCyclePercent(), 1),
          shown("%.1f s", usage.idleSeconds(), 1));
    }
  }

  private static String shown(String format, @Nullable Number number, double unit) {
    return number == null ? "-" : String.format(Locale.ROOT, format, number.doubleValue() / unit);
  }
}
