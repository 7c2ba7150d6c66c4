package org.tflion.tpu.host;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells a callback, once per event, that the platform will stop this machine.
 *
 * <p>A trainer's callback asks the training loop to save a checkpoint and to leave with exit code
 * 75, after which the same command goes on from there. One request per kind of notice waits at the
 * metadata server; no thread is kept. A server that fails is asked again after a pause that doubles
 * up to one minute. The callback runs on a thread of the HTTP client and must return quickly.
 *
 * <p>Untested on hardware: the notices are those that Compute Engine documents.
 */
public final class NoticeWatcher implements AutoCloseable {

  private static final Logger LOG = System.getLogger(NoticeWatcher.class.getName());
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Metadata metadata;
  private final Consumer<Notice> onNotice;
  private final Duration firstPause;
  private volatile boolean closed;

  private NoticeWatcher(Metadata metadata, Consumer<Notice> onNotice, Duration firstPause) {
    this.metadata = metadata;
    this.onNotice = onNotice;
    this.firstPause = firstPause;
  }

  /** Starts to watch; an event that is already there is told at once. */
  public static NoticeWatcher watch(Metadata metadata, Consumer<Notice> onNotice) {
    return watch(metadata, onNotice, Duration.ofSeconds(1));
  }

  static NoticeWatcher watch(Metadata metadata, Consumer<Notice> onNotice, Duration firstPause) {
    NoticeWatcher watcher = new NoticeWatcher(metadata, onNotice, firstPause);
    for (Notice.Kind kind : Notice.Kind.values()) {
      watcher.await(new Poll(kind, new Metadata.Value(kind.quiet(), "0"), firstPause));
    }
    return watcher;
  }

  /** One request: the value known so far, and the pause to make if the server fails. */
  private record Poll(Notice.Kind kind, Metadata.Value last, Duration pause) {}

  private void await(Poll poll) {
    if (closed) {
      return;
    }
    CompletableFuture<Void> unused =
        metadata
            .changed(poll.kind().path(), poll.last().tag())
            .exceptionally(
                failure -> {
                  LOG.log(Level.DEBUG, "no answer for " + poll.kind().path(), failure);
                  return Optional.empty();
                })
            .thenAccept(found -> answered(poll, found));
  }

  private void answered(Poll poll, Optional<Metadata.Value> found) {
    if (closed) {
      return;
    }
    found.ifPresent(now -> tell(poll, now));
    Metadata.Value known = found.orElse(poll.last());
    if (found.isPresent() && !known.tag().equals("0")) {
      await(new Poll(poll.kind(), known, firstPause));
      return;
    }
    // A server that fails, or lacks the key or its tag, answers at once: no tight loop.
    Duration twice = poll.pause().multipliedBy(2);
    Duration longer = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    CompletableFuture.delayedExecutor(poll.pause().toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> await(new Poll(poll.kind(), known, longer)));
  }

  private void tell(Poll poll, Metadata.Value now) {
    if (now.text().equals(poll.last().text()) || now.text().equals(poll.kind().quiet())) {
      return;
    }
    try {
      onNotice.accept(new Notice(poll.kind(), now.text()));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the callback for " + poll.kind() + " notices failed", e);
    }
  }

  /** Stops telling; requests that wait at the server end on their own within their time limit. */
  @Override
  public void close() {
    closed = true;
  }
}
