package org.tflion.tpu.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.ConfigProto;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.rpc.RpcException;

@Timeout(300)
class LostWorkerTest {

  @TempDir static Path directory;

  @Test
  void aLostWorkerFailsTheStepWithinItsDeadline() throws Exception {
    try (Cluster cluster = Cluster.start(2, directory);
        RemoteSession session =
            RemoteSession.open(
                cluster.address(0),
                TwoWorkers.step(),
                ConfigProto.getDefaultInstance(),
                Cluster.PATIENT)) {
      session.run(Step.run("init"), RemoteSessionTest.STEP);
      cluster.kill(1);
      Step step = Step.fetch("sum:0").withFeeds(Map.of("x:0", TwoWorkers.floats(1, 2)));
      assertThatThrownBy(() -> session.run(step, Duration.ofSeconds(10)))
          .isInstanceOfSatisfying(
              RpcException.class,
              e -> assertThat(e.code()).isIn(StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED));
      assertThat(
              TwoWorkers.scalar(
                  session.run(Step.fetch("read:0"), RemoteSessionTest.STEP), "read:0"))
          .isEqualTo(1f);
    }
  }
}
