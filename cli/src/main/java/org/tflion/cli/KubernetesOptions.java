package org.tflion.cli;

import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.cli.launch.KubernetesJob;
import picocli.CommandLine.Option;

/** A cluster that is to start workers, and the run as well. */
final class KubernetesOptions {

  @Option(
      names = "--kubernetes",
      description = {
        "With --dry-run: print an indexed job of the run and its workers, a headless service and a",
        "network policy, for kubectl apply -f -. Untested on a cluster."
      })
  private boolean kubernetes;

  @Option(names = "--image", paramLabel = "IMAGE", description = "With tflion on its PATH.")
  private @Nullable String image;

  @Option(
      names = "--claim",
      paramLabel = "NAME",
      description = "Persistent volume claim that all pods can write, mounted at /runs.")
  private @Nullable String claim;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Of the job and all that belongs to it; tflion if none is given.")
  private @Nullable String name;

  /** Whether it is asked for. */
  boolean given() {
    return kubernetes;
  }

  /** Refuses options that mean nothing without a cluster. */
  void checkUnused() {
    Require.that(image == null, "--image must come with --kubernetes", String.valueOf(image));
    Require.that(claim == null, "--claim must come with --kubernetes", String.valueOf(claim));
    Require.that(name == null, "--name must come with --kubernetes", String.valueOf(name));
  }

  /** The job. */
  KubernetesJob job(int workers, int port, int restarts) {
    if (image == null || claim == null) {
      throw new IllegalArgumentException(
          "--kubernetes must come with --image and --claim (got "
              + (image == null ? "no image" : "no claim")
              + ")");
    }
    return new KubernetesJob(name == null ? "tflion" : name, image, claim, workers, port, restarts);
  }
}
