package org.tflion.tpu.host;

/**
 * Word from the platform that this machine will soon stop.
 *
 * @param kind why
 * @param event the platform's own word, such as {@code TERMINATE_ON_HOST_MAINTENANCE}
 */
public record Notice(Kind kind, String event) {

  /** Why a machine stops. */
  public enum Kind {
    /** The machine is taken back; about half a minute is left. */
    PREEMPTION("instance/preempted", "FALSE"),
    /** The hardware below is serviced; the machine stops or moves. */
    MAINTENANCE("instance/maintenance-event", "NONE");

    private final String path;
    private final String quiet;

    Kind(String path, String quiet) {
      this.path = path;
      this.quiet = quiet;
    }

    String path() {
      return path;
    }

    String quiet() {
      return quiet;
    }
  }
}
