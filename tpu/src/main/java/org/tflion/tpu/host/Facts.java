package org.tflion.tpu.host;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tflion.tpu.Require;
import org.tflion.tpu.topology.TpuSlice;

/** Names and texts, from the environment and, on Compute Engine, from instance attributes. */
final class Facts {

  /** One line of the attribute {@code tpu-env}: {@code TOPOLOGY: '2x2x2'}. */
  private static final Pattern LINE = Pattern.compile("(?m)^(\\w+):\\s*'(.*)'\\s*$");

  private final Map<String, String> values;

  Facts(Map<String, String> values) {
    this.values = values;
  }

  /** Returns these facts and those of the instance; the environment wins. */
  Facts with(Metadata metadata) throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>();
    Matcher line = LINE.matcher(TpuHost.attribute(metadata, "tpu-env").orElse(""));
    while (line.find()) {
      String name = line.group(1);
      boolean ours = name.equals("TOPOLOGY") || name.equals("ACCELERATOR_TYPE");
      all.put(ours ? "TPU_" + name : name, line.group(2));
    }
    TpuHost.attribute(metadata, "accelerator-type")
        .ifPresent(type -> all.put("TPU_ACCELERATOR_TYPE", type));
    TpuHost.attribute(metadata, "worker-network-endpoints")
        .ifPresent(ends -> all.put("worker-network-endpoints", ends));
    all.putAll(values);
    return new Facts(all);
  }

  /** Returns the addresses among {@code host} or {@code name:id:address} entries. */
  List<String> workers() {
    return list("worker-network-endpoints").orElse(List.of("localhost")).stream()
        .map(entry -> entry.split(":", -1))
        .map(parts -> parts.length == 3 ? parts[2] : String.join(":", parts))
        .toList();
  }

  TpuHost host(Platform platform, int worker, List<String> workers, Optional<LocalChips> chips) {
    return new TpuHost(platform, slice(), worker, workers, multislice(), chips);
  }

  /** A topology says more than the count in an accelerator type, so it wins where both are set. */
  private Optional<TpuSlice> slice() {
    Optional<String> type = text("TPU_ACCELERATOR_TYPE");
    Optional<String> topology = text("TPU_TOPOLOGY");
    return type.map(
        name ->
            TpuSlice.parse(
                topology.map(shape -> name.replaceFirst("-.*", "") + ":" + shape).orElse(name)));
  }

  private Optional<Multislice> multislice() {
    return text("MEGASCALE_COORDINATOR_ADDRESS")
        .map(
            address ->
                new Multislice(
                    address, number("MEGASCALE_NUM_SLICES", 1), number("MEGASCALE_SLICE_ID", 0)));
  }

  Optional<List<String>> list(String name) {
    return text(name).map(text -> Arrays.stream(text.split(",", -1)).map(String::strip).toList());
  }

  int number(String name, int missing) {
    return text(name).map(text -> parse(name, text)).orElse(missing);
  }

  static int parse(String name, String text) {
    Require.that(text.matches("\\d{1,6}"), "TpuHost: " + name + " must be a number", text);
    return Integer.parseInt(text);
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).map(String::strip).filter(t -> !t.isEmpty());
  }
}
