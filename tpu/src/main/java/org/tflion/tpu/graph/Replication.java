package org.tflion.tpu.graph;

import org.tflion.tpu.Require;

/**
 * Rewrites a graph for the replicas of a TensorFlow TPU worker, as {@code tpu.replicate} of
 * TensorFlow does, which the worker's own passes turn into programs for TPUs.
 *
 * <p>Each replica computes on a core with its own inputs. Variables are resources on the host that
 * all replicas share, so what is assigned to them must be the same in every replica: sum gradients
 * with {@code CrossReplicaSum}. Untested on hardware.
 *
 * @param replicas cores that compute; 1, or all of the worker's TPUs
 * @param job of the worker in its cluster, such as {@code tpu_worker}; empty for a session's own
 */
public record Replication(int replicas, String job) {

  /** The attribute of all nodes of one computation. */
  static final String CLUSTER = "_tpu_replicate";

  public Replication {
    Require.that(replicas > 0, "Replication: replicas must be 1 or more", replicas);
  }

  /**
   * Rewrites a graph.
   *
   * @throws IllegalArgumentException if a part of the computation cannot run on a TPU: a variable
   *     that is no resource, text, an operation of the host, a shape that is not static; or if the
   *     rest of the graph uses a value of it
   */
  public Replicated of(Computation computation) {
    return new Rewrite(this, computation).result();
  }

  /** Where the operations that start and stop TPUs run. */
  String system() {
    return (job.isEmpty() ? "" : "/job:" + job) + "/device:TPU_SYSTEM:0";
  }
}
