package org.tflion.cli;

import java.io.PrintWriter;
import org.tflion.tpu.host.Metadata;
import org.tflion.tpu.host.Notice;
import org.tflion.tpu.host.NoticeWatcher;
import picocli.CommandLine.Option;

/** What a run listens to of the platform that its machine belongs to. */
final class HostOptions {

  /** A machine that moves while it runs loses nothing. */
  private static final String HARMLESS = "MIGRATE_ON_HOST_MAINTENANCE";

  @Option(
      names = "--stop-on-notice",
      description = {
        "On Compute Engine: save and stop with exit code 75 when the machine is about to be taken"
            + " back or stopped for maintenance. Untested on hardware."
      })
  private boolean stopOnNotice;

  /** A signal that hears of notices as well, where that is wanted. */
  StopSignal signal(PrintWriter err, double minutes) {
    StopSignal signal = new StopSignal(err, minutes);
    if (stopOnNotice) {
      signal.onClose(watcher(Metadata.of(System.getenv()), signal, err)::close);
      err.println("listening for notices of the platform");
    }
    return signal;
  }

  static NoticeWatcher watcher(Metadata metadata, StopSignal signal, PrintWriter err) {
    return NoticeWatcher.watch(
        metadata,
        notice -> {
          if (!notice.event().equals(HARMLESS)) {
            err.println("notice of " + kind(notice) + " (" + notice.event() + ")");
            signal.request();
          }
        });
  }

  private static String kind(Notice notice) {
    return switch (notice.kind()) {
      case PREEMPTION -> "preemption";
      case MAINTENANCE -> "maintenance";
    };
  }
}
