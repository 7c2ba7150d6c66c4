package org.tflion.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.tflion.cli.compare.Comparison;

/** The progress of a comparison in lines: where it is, and now and then where its part is. */
final class PartLines implements Comparison.Listener {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final PrintWriter err;
  private final LongSupplier nanoTime;
  private String name = "";
  private long printed;

  PartLines(PrintWriter err, LongSupplier nanoTime) {
    this.err = err;
    this.nanoTime = nanoTime;
  }

  @Override
  public void onPart(String part, int number, int of, boolean over) {
    name = part;
    printed = nanoTime.getAsLong();
    err.printf("%s, part %d of %d%s%n", part, number, of, over ? ", is over already" : "");
  }

  @Override
  public void onLine(String line) {
    boolean due = nanoTime.getAsLong() - printed >= INTERVAL.toNanos();
    if (line.startsWith("tflion: warning") || (line.startsWith("step ") && due)) {
      printed = nanoTime.getAsLong();
      err.println("  " + name + ": " + line);
    }
  }
}
