package org.tflion.tpu.host;

/** What started this machine, as far as it shows. */
public enum Platform {
  /** A Kubernetes pod: the environment names the workers. */
  GKE,
  /** A Compute Engine or Cloud TPU virtual machine: the metadata server names the workers. */
  GCE,
  /** TPU chips on the bus, and nobody to ask about other machines. */
  BARE,
  /** No sign of a TPU. */
  NONE
}
