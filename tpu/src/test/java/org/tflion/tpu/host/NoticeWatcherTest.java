package org.tflion.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NoticeWatcherTest {

  private static final Duration PAUSE = Duration.ofMillis(5);

  private final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
  private final List<NoticeWatcher> watchers = new ArrayList<>();
  private FakeMetadata server;

  @BeforeEach
  void startQuiet() throws Exception {
    server = new FakeMetadata();
    server.put("instance/preempted", "FALSE").put("instance/maintenance-event", "NONE");
  }

  @AfterEach
  void stop() {
    watchers.forEach(NoticeWatcher::close);
    server.close();
  }

  private Notice next() throws InterruptedException {
    return notices.poll(20, TimeUnit.SECONDS);
  }

  private NoticeWatcher watch(Consumer<Notice> callback) {
    NoticeWatcher watcher = NoticeWatcher.watch(server.client(), callback, PAUSE);
    watchers.add(watcher);
    return watcher;
  }

  @Test
  void tellsEachEventOnce() throws Exception {
    watch(notices::add);
    server.put("instance/maintenance-event", "TERMINATE_ON_HOST_MAINTENANCE");
    assertThat(next())
        .isEqualTo(new Notice(Notice.Kind.MAINTENANCE, "TERMINATE_ON_HOST_MAINTENANCE"));
    server.put("unrelated", "a new version of the same values");
    server.put("instance/preempted", "TRUE");
    assertThat(next()).isEqualTo(new Notice(Notice.Kind.PREEMPTION, "TRUE"));
    assertThat(notices).isEmpty();
  }

  @Test
  void keepsSilentWhenAnEventIsCalledOff() throws Exception {
    watch(notices::add);
    server.put("instance/maintenance-event", "MIGRATE_ON_HOST_MAINTENANCE");
    assertThat(next().event()).isEqualTo("MIGRATE_ON_HOST_MAINTENANCE");
    server.put("instance/maintenance-event", "NONE");
    server.awaitSeen(Notice.Kind.values().length);
    server.put("instance/maintenance-event", "TERMINATE_ON_HOST_MAINTENANCE");
    assertThat(next().event()).isEqualTo("TERMINATE_ON_HOST_MAINTENANCE");
  }

  @Test
  void tellsWhatIsAlreadyThere() throws Exception {
    server.put("instance/preempted", "TRUE");
    watch(notices::add);
    assertThat(next().kind()).isEqualTo(Notice.Kind.PREEMPTION);
  }

  @Test
  void goesOnAfterTheServerFailed() throws Exception {
    server.failNext(6);
    watch(notices::add);
    server.put("instance/preempted", "TRUE");
    assertThat(next().kind()).isEqualTo(Notice.Kind.PREEMPTION);
  }

  @Test
  void goesOnAfterTheCallbackFailed() throws Exception {
    watch(
        notice -> {
          notices.add(notice);
          throw new IllegalStateException("a callback that fails in a test");
        });
    server.put("instance/maintenance-event", "MIGRATE_ON_HOST_MAINTENANCE");
    assertThat(next().event()).isEqualTo("MIGRATE_ON_HOST_MAINTENANCE");
    server.put("instance/maintenance-event", "TERMINATE_ON_HOST_MAINTENANCE");
    assertThat(next().event()).isEqualTo("TERMINATE_ON_HOST_MAINTENANCE");
  }

  @Test
  void staysSilentOnceClosed() throws Exception {
    BlockingQueue<Notice> silent = new LinkedBlockingQueue<>();
    watch(silent::add).close();
    watch(notices::add);
    server.put("instance/preempted", "TRUE");
    assertThat(next().kind()).isEqualTo(Notice.Kind.PREEMPTION);
    assertThat(silent).isEmpty();
  }
}
