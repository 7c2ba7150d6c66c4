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

  /**
   * The same for replicas of a pass. Where there is one for every processor, an operation has one
   * thread. The first session of a process says so for all that follow.
   */
  static ConfigProto of(Replicas replicas) {
    ConfigProto.Builder config = standard().toBuilder();
    return replicas.fillMachine() ? config.setIntraOpParallelismThreads(1).build() : config.build();
  }
}
