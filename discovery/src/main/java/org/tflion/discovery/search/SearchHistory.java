package org.tflion.discovery.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a log tells of its search.
 *
 * @param evaluations in the log
 * @param improvements the first program and each that was better than all before, in order
 * @param ancestry from the first program to the best
 * @param fittest of each of up to {@value #PARTS} equal parts of the log, in order: many programs
 *     of many lines, for a larger task to choose from
 */
public record SearchHistory(
    long evaluations,
    List<LogEntry> improvements,
    List<LogEntry> ancestry,
    List<LogEntry> fittest) {

  static final int PARTS = 200;

  public SearchHistory {
    improvements = List.copyOf(improvements);
    ancestry = List.copyOf(ancestry);
    fittest = List.copyOf(fittest);
  }

  /**
   * Reads a log twice: once for who descends from whom, once for the texts that matter, since all
   * texts together may not fit in memory.
   *
   * @throws IllegalArgumentException if the log holds no evaluation, or is damaged
   */
  public static SearchHistory read(Path file) throws IOException {
    List<LogEntry> bare = new ArrayList<>();
    SearchLog.forEach(file, entry -> bare.add(entry.withoutText()));
    if (bare.isEmpty()) {
      throw new IllegalArgumentException(
          "SearchHistory: " + file + " must hold an evaluation (got none)");
    }
    Set<Long> improvements = improvements(bare);
    LogEntry best = bare.get(0);
    for (LogEntry entry : bare) {
      best = entry.score() > best.score() ? entry : best;
    }
    Set<Long> ancestry = new HashSet<>();
    Ancestry.of(bare, best).forEach(entry -> ancestry.add(entry.program()));
    Set<Long> fittest = fittest(bare);
    List<LogEntry> better = new ArrayList<>();
    List<LogEntry> line = new ArrayList<>();
    List<LogEntry> fit = new ArrayList<>();
    SearchLog.forEach(
        file,
        entry -> {
          if (improvements.contains(entry.program())) {
            better.add(entry);
          }
          if (ancestry.contains(entry.program())) {
            line.add(entry);
          }
          if (fittest.contains(entry.program())) {
            fit.add(entry);
          }
        });
    return new SearchHistory(bare.size(), better, line, fit);
  }

  private static Set<Long> improvements(List<LogEntry> log) {
    Set<Long> improvements = new HashSet<>();
    double best = Double.NEGATIVE_INFINITY;
    for (LogEntry entry : log) {
      if (improvements.isEmpty() || entry.score() > best) {
        best = entry.score();
        improvements.add(entry.program());
      }
    }
    return improvements;
  }

  private static Set<Long> fittest(List<LogEntry> log) {
    int parts = Math.min(PARTS, log.size());
    Set<Long> fittest = new HashSet<>();
    for (int i = 0; i < parts; i++) {
      int from = (int) ((long) log.size() * i / parts);
      int to = (int) ((long) log.size() * (i + 1) / parts);
      fittest.add(
          Collections.max(log.subList(from, to), Comparator.comparingDouble(LogEntry::score))
              .program());
    }
    return fittest;
  }

  /** The best program. */
  public LogEntry best() {
    return improvements.get(improvements.size() - 1);
  }
}
