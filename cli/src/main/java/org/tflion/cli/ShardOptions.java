package org.tflion.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The workers of a run. */
final class ShardOptions {

  @Option(
      names = "--workers",
      paramLabel = "HOST:PORT",
      split = ",",
      description =
          "Spread the run over these workers, each started with tflion worker; sets shard.workers.")
  private List<String> workers = new ArrayList<>();

  @Option(
      names = "--elastic",
      description = "Go on without workers that stay away; sets shard.elastic.")
  private boolean elastic;

  /** What they say of the config; a mesh that is not given anew is that of all workers. */
  List<String> overrides() {
    List<String> overrides = new ArrayList<>();
    if (!workers.isEmpty()) {
      overrides.add("shard.mesh=");
      overrides.add("shard.workers=" + String.join(",", workers));
    }
    if (elastic) {
      overrides.add("shard.elastic=true");
    }
    return overrides;
  }
}
