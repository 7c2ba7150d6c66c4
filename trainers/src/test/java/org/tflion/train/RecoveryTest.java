package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tflion.train.checkpoint.CheckpointException;
import org.tflion.train.checkpoint.Checkpoints;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.shard.LostWorkerException;

/** No worker is at port 1, so that nothing answers. */
class RecoveryTest {

  private final TensorFlowException lost =
      new TensorFlowException("failed to connect to all addresses; last error: UNAVAILABLE");

  @TempDir private Path folder;
  private final List<String> heard = new ArrayList<>();

  private Recovery recovery() {
    return new Recovery(
        new LoopListener() {
          @Override
          public void onWarning(String sentence) {
            heard.add(sentence);
          }
        });
  }

  private TrainConfig config(String... settings) throws Exception {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("shard.wait_seconds=0");
    return TinyRun.in(folder).config(all.toArray(String[]::new));
  }

  private Checkpoints none() {
    return new Checkpoints(folder);
  }

  @Test
  void doesNotTryAgainWhatIsNoLossOfAWorker() throws Exception {
    TrainConfig config = config("shard.workers=127.0.0.1:1");
    for (RuntimeException bug :
        List.of(
            new IllegalStateException("connection reset"),
            new TFInvalidArgumentException("shape; UNAVAILABLE"),
            new TensorFlowException("Unknown: division by zero"))) {
      assertThatThrownBy(() -> recovery().after(bug, config, none())).isSameAs(bug);
    }
    assertThat(heard).isEmpty();
  }

  @Test
  void aRunWithoutWorkersLosesNone() throws Exception {
    TrainConfig config = config();
    assertThatThrownBy(() -> recovery().after(lost, config, none())).isSameAs(lost);
  }

  @Test
  void findsTheLossBehindAFailedSave() {
    assertThat(LostWorkerException.in(new CheckpointException("Checkpoint: not written", lost)))
        .contains("failed to connect to all addresses; last error: UNAVAILABLE");
  }

  @Test
  void namesTheWorkersThatStayAway() throws Exception {
    TrainConfig config = config("shard.workers=127.0.0.1:1");
    assertThatThrownBy(() -> recovery().after(lost, config, none()))
        .isInstanceOf(LostWorkerException.class)
        .hasMessageContaining("got no answer from 127.0.0.1:1 for 0 s; go on with --resume");
    assertThat(heard).hasSize(1);
    assertThat(heard.get(0)).startsWith("a worker was lost (failed to connect");
  }

  @Test
  void givesUpAfterTooManyInARow() throws Exception {
    TrainConfig config = config("shard.workers=127.0.0.1:1", "shard.retries=1");
    Recovery recovery = recovery();
    assertThatThrownBy(() -> recovery.after(lost, config, none()))
        .isInstanceOf(LostWorkerException.class);
    assertThatThrownBy(() -> recovery.after(lost, config, none())).isSameAs(lost);
  }
}
