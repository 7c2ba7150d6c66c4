package org.tflion.tpu.host;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tflion.tpu.Require;
import org.tflion.tpu.topology.TpuSlice;

/**
 * Where this process runs, which worker it is, and who the others are.
 *
 * @param platform what started the machine
 * @param slice the slice that the workers share; empty if nothing names it
 * @param worker index of this worker; in [0, number of workers)
 * @param workers host names or addresses of all workers, this one included, in the order of their
 *     index
 * @param multislice place among several slices; empty if there is one
 * @param chips TPU chips on this machine's bus; empty if there are none
 */
public record TpuHost(
    Platform platform,
    Optional<TpuSlice> slice,
    int worker,
    List<String> workers,
    Optional<Multislice> multislice,
    Optional<LocalChips> chips) {

  public TpuHost {
    workers = List.copyOf(workers);
    Require.that(
        worker >= 0 && worker < workers.size(),
        "TpuHost: the worker index must be below the number of workers, " + workers.size(),
        worker);
  }

  /**
   * Looks at this machine: first the environment, then, if it shows chips, the metadata server.
   *
   * @throws IOException if the machine has chips but its metadata server does not answer; set
   *     {@code TPU_SKIP_MDS_QUERY=1} on machines that have none
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalArgumentException if a variable or an attribute is malformed
   */
  public static TpuHost discover() throws IOException, InterruptedException {
    Map<String, String> environment = System.getenv();
    return discover(environment, Metadata.of(environment), LocalChips.scan());
  }

  static TpuHost discover(
      Map<String, String> environment, Metadata metadata, Optional<LocalChips> chips)
      throws IOException, InterruptedException {
    Facts facts = new Facts(environment);
    Optional<List<String>> pod = facts.list("TPU_WORKER_HOSTNAMES");
    if (pod.isPresent()) {
      return facts.host(Platform.GKE, facts.number("TPU_WORKER_ID", 0), pod.get(), chips);
    }
    boolean ask =
        (chips.isPresent() || environment.containsKey("GCE_METADATA_HOST"))
            && !environment.getOrDefault("TPU_SKIP_MDS_QUERY", "0").equals("1");
    Optional<String> number = ask ? attribute(metadata, "agent-worker-number") : Optional.empty();
    if (number.isPresent()) {
      Facts all = facts.with(metadata);
      return all.host(
          Platform.GCE, Facts.parse("agent-worker-number", number.get()), all.workers(), chips);
    }
    Platform platform = chips.isPresent() ? Platform.BARE : Platform.NONE;
    return facts.host(platform, 0, List.of("localhost"), chips);
  }

  static Optional<String> attribute(Metadata metadata, String name)
      throws IOException, InterruptedException {
    return metadata.get("instance/attributes/" + name);
  }
}
