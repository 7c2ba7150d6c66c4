package org.tflion.train.step;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.OptimizerOptions;
import org.tensorflow.proto.RewriterConfig;

/** How sessions are set up. */
final class SessionConfig {

  private SessionConfig() {}

  /**
   * No memory optimizer: it turns sums of gradients into temporary variables, for which XLA has no
   * kernel. No folding of constants up to 10 MB: the first values of weights and slots would be
   * such constants, kept for as long as the session.
   */
  static ConfigProto standard() {
    return ConfigProto.newBuilder()
        .setGraphOptions(
            GraphOptions.newBuilder()
                .setOptimizerOptions(
                    OptimizerOptions.newBuilder().setOptLevel(OptimizerOptions.Level.L0))
                .setRewriteOptions(
                    RewriterConfig.newBuilder()
                        .setMemoryOptimization(RewriterConfig.MemOptType.NO_MEM_OPT)))
        .build();
  }
}
