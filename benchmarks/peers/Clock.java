import java.util.Arrays;
import java.util.Locale;

/** How every peer is timed: some updates to warm up, then the median and the best of thirty. */
final class Clock {

  static final int PARAMETERS = 1 << 23;

  private static final int WARMUP = 10;
  private static final int RUNS = 30;

  private Clock() {}

  /** Prints a line with the nanoseconds that an update takes for one parameter. */
  static void time(String name, Runnable update) {
    for (int i = 0; i < WARMUP; i++) {
      update.run();
    }
    double[] ns = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long began = System.nanoTime();
      update.run();
      ns[i] = (System.nanoTime() - began) / (double) PARAMETERS;
    }
    Arrays.sort(ns);
    System.out.printf(
        Locale.ROOT, "%-60s median %6.2f  best %6.2f ns/param%n", name, ns[RUNS / 2], ns[0]);
  }

  /** Refuses a figure of an update that did nothing. */
  static void moved(double before, double after) {
    if (before == after || Double.isNaN(after)) {
      throw new IllegalStateException("the weights did not move (got " + after + ")");
    }
  }
}
