package org.tflion.train.model;

import java.util.Set;

/**
 * The {@code model} section of a config, a record of its own for each kind of model: its components
 * are the keys.
 */
public interface ModelConfig {

  /** Components that may change when a run goes on; all others make another model. */
  default Set<String> free() {
    return Set.of();
  }

  /** Components that change what weights mean, but not their shapes. */
  default Set<String> meaning() {
    return Set.of();
  }
}
