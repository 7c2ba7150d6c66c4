package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopSignalTest {

  private static final double NEVER = Double.POSITIVE_INFINITY;

  private final StringWriter err = new StringWriter();
  private final List<Integer> halts = new ArrayList<>();
  private long seconds;

  private StopSignal signal(double minutes) {
    return new StopSignal(
        new PrintWriter(err), minutes, () -> seconds * 1_000_000_000L, halts::add);
  }

  @Test
  void theFirstSignalIsAWishAndTheSecondEndsAtOnce() {
    StopSignal stop = signal(NEVER);
    assertThat(stop.isWanted()).isFalse();
    stop.signal();
    assertThat(stop.isWanted()).isTrue();
    assertThat(halts).isEmpty();
    seconds = 1;
    stop.signal();
    assertThat(halts).containsExactly(1);
    assertThat(err.toString()).contains("a second signal stops at once").contains("is kept");
  }

  /** The launcher passes on what the group has had as well. */
  @Test
  void aSignalThatComesTwiceAtOnceIsOne() {
    StopSignal stop = signal(NEVER);
    stop.signal();
    stop.signal();
    assertThat(halts).isEmpty();
    assertThat(stop.isWanted()).isTrue();
  }

  /** A platform gives notice, and half a minute later sends its signal. */
  @Test
  void theSignalAfterANoticeIsTheFirst() {
    StopSignal stop = signal(NEVER);
    stop.request();
    assertThat(stop.isWanted()).isTrue();
    seconds = 30;
    stop.signal();
    assertThat(halts).isEmpty();
    seconds = 32;
    stop.signal();
    assertThat(halts).containsExactly(1);
  }

  @Test
  void theTimeIsUpAfterSoManyMinutes() {
    StopSignal stop = signal(2);
    seconds = 119;
    assertThat(stop.isWanted()).isFalse();
    seconds = 120;
    assertThat(stop.isWanted()).isTrue();
  }

  @Test
  void hearsTheSignalsOfItsProcess() throws Exception {
    // Of all signals, this one means nothing to a JVM.
    List<String> heard = new ArrayList<>();
    var thread = new java.util.concurrent.CountDownLatch(1);
    try (Signals.Registration registration =
        Signals.handle(
                "CONT",
                () -> {
                  heard.add("CONT");
                  thread.countDown();
                })
            .orElseThrow()) {
      long self = ProcessHandle.current().pid();
      new ProcessBuilder("kill", "-CONT", Long.toString(self)).start().waitFor();
      assertThat(thread.await(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(registration).isNotNull();
    }
    assertThat(heard).containsExactly("CONT");
    assertThat(Signals.handle("NOSUCH", () -> {})).isEmpty();
  }
}
