package org.tflion.discovery.funnel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.ProgramReader;
import org.tflion.discovery.search.LogEntry;
import org.tflion.discovery.task.Task;

/**
 * How the best programs of a search, one after the other, do on a larger task.
 *
 * <p>A search overfits its task once its fitness still rises while this curve falls. The turning
 * point is where the curve is highest; the program there is the one to select.
 *
 * @param programs that the search drew in all
 * @param points one for each program that was the best so far, in order
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 2.3, Figure 3</a>
 */
public record MetaCurve(long programs, List<Point> points) {

  /**
   * One best program so far.
   *
   * @param program its number in the order of drawing
   * @param text of the program
   * @param fitness by the task of the search
   * @param metaFitness by the larger task
   */
  public record Point(long program, String text, double fitness, double metaFitness) {

    /** The program. */
    public Program read() {
      return ProgramReader.read(text);
    }
  }

  public MetaCurve {
    points = List.copyOf(points);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("MetaCurve: a search must have a program (got none)");
    }
  }

  /**
   * Measures the best programs of a log.
   *
   * @param log of a search
   * @param programs that the search drew in all
   * @param larger the task to measure by
   */
  public static MetaCurve of(List<LogEntry> log, long programs, Task larger) {
    List<Point> points = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    for (LogEntry entry : log) {
      if (points.isEmpty() || entry.score() > best) {
        best = entry.score();
        double meta = larger.fitness(ProgramReader.read(entry.text()));
        points.add(new Point(entry.program(), entry.text(), best, meta));
      }
    }
    return new MetaCurve(programs, points);
  }

  /** The point of highest meta-fitness; the first of equals. */
  public Point selected() {
    Point best = points.get(0);
    for (Point point : points) {
      best = point.metaFitness() > best.metaFitness() ? point : best;
    }
    return best;
  }

  /** Where the curve turns, as a share of the search, in [0, 1]. */
  public double turningPoint() {
    return programs == 0 ? 0 : (double) selected().program() / programs;
  }

  /** How many of several searches turn in each of so many equal parts of their progress. */
  public static List<Integer> histogram(List<MetaCurve> curves, int bins) {
    if (bins <= 0) {
      throw new IllegalArgumentException("MetaCurve: bins must be above 0 (got " + bins + ")");
    }
    int[] counts = new int[bins];
    for (MetaCurve curve : curves) {
      counts[Math.min(bins - 1, (int) (curve.turningPoint() * bins))]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }
}
