package org.tflion.cli.search;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.discovery.funnel.MetaCurve;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.task.Task;
import org.tflion.train.watch.Curve;

/**
 * One search among others.
 *
 * @param folder of the search
 * @param strategy in lower case
 * @param seed of the search
 * @param evaluations that it made
 * @param programs that it drew
 * @param cacheHitRate share of programs whose fitness was known, in [0, 1]
 * @param redundantShare mean share of redundant statements in the population, in [0, 1]
 * @param bestFitness by the task of the search, or null where no program trains
 * @param best the program of that fitness, by trainings that no search uses
 * @param selected the program that the report selected, likewise, or null without a report
 * @param simple the same made simple, likewise, or null without a report
 * @param turningPoint where the best so far is best by the trainings of the report, as a share of
 *     the search, in [0, 1]; or null without a report
 */
public record SearchRow(
    String folder,
    String strategy,
    long seed,
    long evaluations,
    long programs,
    double cacheHitRate,
    double redundantShare,
    @Nullable Double bestFitness,
    Measured best,
    @Nullable Measured selected,
    @Nullable Measured simple,
    @Nullable Double turningPoint) {

  /** Where a curve starts, as a share of the evaluations: what comes before dwarfs the rest. */
  private static final double CURVE_START = 0.02;

  /**
   * A program by trainings that no search uses.
   *
   * @param statements of the program
   * @param heldOut its mean, or null where it does not train
   */
  public record Measured(int statements, @Nullable Double heldOut) {}

  /**
   * Measures what a search found.
   *
   * @param judge whose held-out measure is taken
   * @throws IllegalArgumentException if the folder holds no search with progress
   */
  public static SearchRow of(SearchFolder folder, Task judge) {
    SearchSettings settings = folder.settings();
    ProgressPoint last = last(folder);
    MetaCurve curve = folder.curve();
    return new SearchRow(
        folder.path().toString(),
        settings.strategy(),
        settings.seed(),
        last.evaluations(),
        last.programs(),
        last.cacheHitRate(),
        last.redundantShare(),
        last.bestFitness(),
        measured(folder.file(SearchFolder.BEST), judge),
        measuredIfThere(folder.file(SearchFolder.SELECTED), judge),
        measuredIfThere(folder.file(SearchFolder.SIMPLE), judge),
        curve == null ? null : curve.turningPoint());
  }

  /** The best fitness of a search over its evaluations. */
  public static Curve curve(SearchFolder folder) {
    SearchSettings settings = folder.settings();
    List<Curve.Point> points = new ArrayList<>();
    double from = CURVE_START * last(folder).evaluations();
    for (ProgressPoint point : folder.progress()) {
      Double best = point.bestFitness();
      if (best != null && point.evaluations() >= from) {
        points.add(new Curve.Point(point.evaluations(), best));
      }
    }
    return new Curve(settings.strategy() + ", seed " + settings.seed(), points);
  }

  /**
   * The fitness of the best so far by the trainings of the report, over the percentage of the
   * search.
   *
   * @throws IllegalArgumentException without a report
   */
  public static Curve overfitting(SearchFolder folder) {
    SearchSettings settings = folder.settings();
    MetaCurve curve = folder.curve();
    if (curve == null) {
      throw new IllegalArgumentException(
          "--curves must come with searches that have a report (got " + folder.path() + ")");
    }
    List<Curve.Point> points = new ArrayList<>();
    for (MetaCurve.Point point : curve.points()) {
      if (Double.isFinite(point.metaFitness())) {
        points.add(
            new Curve.Point(100.0 * point.program() / curve.programs(), point.metaFitness()));
      }
    }
    return new Curve(settings.strategy() + ", seed " + settings.seed(), points);
  }

  private static ProgressPoint last(SearchFolder folder) {
    List<ProgressPoint> points = folder.progress();
    if (points.isEmpty()) {
      throw new IllegalArgumentException(
          "the folder must hold a search that made progress (got " + folder.path() + ")");
    }
    return points.get(points.size() - 1);
  }

  private static @Nullable Measured measuredIfThere(Path file, Task judge) {
    return Files.exists(file) ? measured(file, judge) : null;
  }

  private static Measured measured(Path file, Task judge) {
    Program program = ProgramFile.read(file.toString());
    double heldOut = judge.heldOut(program);
    return new Measured(program.size(), Double.isFinite(heldOut) ? heldOut : null);
  }
}
