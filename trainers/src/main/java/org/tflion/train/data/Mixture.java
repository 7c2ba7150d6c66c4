package org.tflion.train.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.tflion.Require;

/**
 * Divides rows among sources by their weights.
 *
 * <p>Of every 1,024 rows each source gets its share, rounded so that they add up, at places that
 * are shuffled anew every time. A row knows its source, and its number among that source's rows,
 * from its period alone:
 *
 * <pre>{@code
 * n = step * batch + row;  period = n / 1024
 * source of the row = the one whose slots hold permutation(period)[n mod 1024]
 * number = period * share + rows of the source before it in the period
 * }</pre>
 */
final class Mixture {

  private static final int PERIOD = 1024;

  /** One path of a mixture. */
  record Part(String path, double weight) {}

  /** The source of a row, and its number among that source's rows. */
  record Pick(int source, long number) {}

  /** The sources of a period's rows, and how many rows each source had before // [PERIOD]. */
  private record Period(long number, List<Pick> rows) {}

  private final List<Integer> shares;
  private final int batch;
  private final long key;
  private volatile Period last;

  private Mixture(List<Integer> shares, int batch, long key) {
    this.shares = List.copyOf(shares);
    this.batch = batch;
    this.key = key;
    this.last = period(0);
  }

  /**
   * The parts that a config names.
   *
   * @throws IllegalArgumentException if one is not of the form PATH=WEIGHT, or a weight is too
   *     small
   */
  static List<Part> parse(List<String> mixture) {
    List<Part> parts = mixture.stream().map(Mixture::part).toList();
    if (!parts.isEmpty()) {
      shares(parts);
    }
    return parts;
  }

  private static Part part(String text) {
    int equals = text.lastIndexOf('=');
    String path = text.substring(0, Math.max(equals, 0)).strip();
    double weight;
    try {
      weight = Double.parseDouble(text.substring(equals + 1));
    } catch (NumberFormatException e) {
      weight = Double.NaN;
    }
    Require.that(
        !path.isEmpty() && DataConfig.isPath(path) && weight > 0 && Double.isFinite(weight),
        "data.mixture must hold paths with weights above 0, such as books=3",
        text);
    return new Part(path, weight);
  }

  static Mixture of(List<Part> parts, int batch, long seed) {
    return new Mixture(shares(parts), batch, Mix.of(~seed));
  }

  /** Rounded down, and the slots that remain to those that lost the most; ties to the first. */
  private static List<Integer> shares(List<Part> parts) {
    double sum = parts.stream().mapToDouble(Part::weight).sum();
    List<Double> exact = parts.stream().map(part -> part.weight() / sum * PERIOD).toList();
    List<Integer> shares = new ArrayList<>(exact.stream().map(Double::intValue).toList());
    int left = PERIOD - shares.stream().mapToInt(Integer::intValue).sum();
    IntStream.range(0, parts.size())
        .boxed()
        .sorted(Comparator.comparing(i -> shares.get(i) - exact.get(i)))
        .limit(Math.max(left, 0))
        .toList()
        .forEach(i -> shares.set(i, shares.get(i) + 1));
    for (int i = 0; i < parts.size(); i++) {
      Require.that(
          shares.get(i) > 0,
          "data.mixture: each weight must be at least 1/1024 of all",
          parts.get(i).path() + "=" + parts.get(i).weight());
    }
    return shares;
  }

  /** Rows of every 1,024 that come from each source. */
  List<Integer> shares() {
    return shares;
  }

  /** Which source a row comes from. */
  Pick pick(long step, int row) {
    long n = step * batch + row;
    long number = Math.floorDiv(n, PERIOD);
    Period period = last;
    if (period.number() != number) {
      period = period(number);
      last = period;
    }
    Pick pick = period.rows().get(Math.floorMod(n, PERIOD));
    return new Pick(pick.source(), number * shares.get(pick.source()) + pick.number());
  }

  private Period period(long number) {
    Permutation shuffle = new Permutation(PERIOD, Mix.of(key + number));
    int[] before = new int[shares.size()];
    List<Pick> rows = new ArrayList<>(PERIOD);
    for (int row = 0; row < PERIOD; row++) {
      int source = sourceOf((int) shuffle.at(row));
      rows.add(new Pick(source, before[source]++));
    }
    return new Period(number, rows);
  }

  private int sourceOf(int slot) {
    int source = 0;
    for (int left = slot; left >= shares.get(source); source++) {
      left -= shares.get(source);
    }
    return source;
  }
}
