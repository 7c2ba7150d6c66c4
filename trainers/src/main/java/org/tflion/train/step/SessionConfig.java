package org.tflion.train.step;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;

/** How sessions are set up. */
public final class SessionConfig {

  private SessionConfig() {}

  /**
   * No memory optimizer: it turns sums of gradients into temporary variables, for which XLA has no
   * kernel.
   */
  public static ConfigProto standard() {
    return ConfigProto.newBuilder()
        .setGraphOptions(
            GraphOptions.newBuilder()
                .setRewriteOptions(
                    RewriterConfig.newBuilder()
                        .setMemoryOptimization(RewriterConfig.MemOptType.NO_MEM_OPT)))
        .build();
  }
}
