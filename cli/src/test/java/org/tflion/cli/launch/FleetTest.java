package org.tflion.cli.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.shard.LostWorkerException;

/** Shells take the place of workers: they say that they are ready and wait for their input. */
class FleetTest {

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  @TempDir private Path folder;

  private Placement shell(String script) {
    return new Placement("127.0.0.1:7001", List.of("sh", "-c", script));
  }

  private Fleet start(int restarts, String script) {
    return Fleet.start(List.of(shell(script)), restarts, heard::add);
  }

  private String next() throws InterruptedException {
    return String.valueOf(heard.poll(30, TimeUnit.SECONDS));
  }

  /** Each life ends as soon as it is ready, so that three lives are two restarts. */
  @Test
  void restartsAreBounded() throws Exception {
    Path lives = folder.resolve("lives");
    try (Fleet fleet = start(2, "echo life >> " + lives + "; echo worker ready; exit 3")) {
      assertThat(fleet.addresses()).containsExactly("127.0.0.1:7001");
      assertThat(next())
          .isEqualTo(
              "worker 127.0.0.1:7001 ended (exit code 3); starting it again, 1 restarts left");
      assertThat(next()).contains("starting it again, 0 restarts left");
      assertThat(next()).contains("it stays away, as no restarts are left");
    }
    assertThat(Files.readAllLines(lives)).hasSize(3);
  }

  @Test
  void aSignalIsToldFromAnExitCode() throws Exception {
    try (Fleet fleet = start(0, "echo worker ready; kill -9 $$")) {
      assertThat(fleet.addresses()).containsExactly("127.0.0.1:7001");
      assertThat(next()).startsWith("worker 127.0.0.1:7001 ended (signal 9)");
    }
  }

  @Test
  void whatEndsBeforeItIsReadyIsNotTriedAgain() {
    assertThatThrownBy(() -> start(5, "echo tflion: the port is taken; exit 2"))
        .isInstanceOf(LostWorkerException.class)
        .hasMessage(
            "launch: a worker must say that it is ready (127.0.0.1:7001 ended, exit code 2:"
                + " tflion: the port is taken)");
    assertThat(heard).isEmpty();
  }

  @Test
  void noneIsLeftBehind() throws Exception {
    Path pid = folder.resolve("pid");
    ProcessHandle process;
    try (Fleet fleet = start(5, "echo $$ > " + pid + "; echo worker ready; read forever")) {
      assertThat(fleet.addresses()).containsExactly("127.0.0.1:7001");
      process = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
      assertThat(process.isAlive()).isTrue();
    }
    assertThat(process.isAlive()).isFalse();
    assertThat(heard).isEmpty();
  }

  @Test
  void aCommandThatIsNotThereIsAnErrorOfItsOwn() {
    Placement nowhere = new Placement("h:1", List.of(folder.resolve("no-such-program").toString()));
    assertThatThrownBy(() -> Fleet.start(List.of(nowhere), 5, heard::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("launch: the command of a worker must run (got Cannot run program");
  }
}
