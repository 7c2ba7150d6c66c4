package org.tflion.cli.search;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.ProgramReader;
import org.tflion.discovery.search.SearchConfig;
import org.tflion.discovery.search.Strategy;

/**
 * Everything that decides the programs of a search, as the file {@value SearchFolder#SETTINGS} of
 * its folder holds it.
 *
 * @param task kind of learning problem, in lower case
 * @param scale of the task
 * @param data of the task, or null for those that come with tflion
 * @param fingerprint of the data
 * @param strategy in lower case
 * @param seed of every random draw
 * @param first text of the program to start from
 */
public record SearchSettings(
    String task,
    int scale,
    @Nullable String data,
    String fingerprint,
    String strategy,
    long seed,
    String first) {

  /** How a search looks for programs. */
  public enum Kind {
    /** Regularised evolution. */
    EVOLUTION,
    /** Evolution of the first program's constants alone. */
    TUNING,
    /** Mutations of the first program, each by itself. */
    RANDOM
  }

  /** The settings of a new search. */
  public static SearchSettings of(TaskChoice task, Kind kind, long seed, Program first) {
    Path data = task.data();
    return new SearchSettings(
        lower(task.kind()),
        task.scale(),
        data == null ? null : data.toString(),
        task.fingerprint(),
        lower(kind),
        seed,
        first.toString());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** What programs are judged by. */
  public TaskChoice choice() {
    TaskChoice.Kind kind = TaskChoice.Kind.valueOf(task.toUpperCase(Locale.ROOT));
    return new TaskChoice(kind, scale, data == null ? null : Path.of(data));
  }

  /** The library's settings. */
  public SearchConfig config() {
    SearchConfig config = SearchConfig.DEFAULT.withSeed(seed);
    return switch (kind()) {
      case EVOLUTION -> config;
      case TUNING -> config.hyperparametersOnly();
      case RANDOM -> config.withStrategy(Strategy.RANDOM);
    };
  }

  /** How the search looks for programs. */
  public Kind kind() {
    return Kind.valueOf(strategy.toUpperCase(Locale.ROOT));
  }

  /** The program to start from. */
  public Program firstProgram() {
    return ProgramReader.read(first);
  }

  /** Refuses what cannot have been written by {@link #of}. */
  void check() {
    choice();
    config();
    firstProgram();
  }

  /**
   * Refuses other settings; only the place of the data may change, not their content.
   *
   * @throws IllegalArgumentException if a setting differs, naming it
   */
  public void requireSame(SearchSettings other) {
    requireSameTask("--resume", other);
    same("--resume", "--strategy", strategy, other.strategy);
    same("--resume", "--seed", seed, other.seed);
    same("--resume", "--first", first, other.first);
  }

  /** Refuses to compare programs that other tasks judged. */
  public void requireSameTask(SearchSettings other) {
    requireSameTask("compare", other);
  }

  private void requireSameTask(String who, SearchSettings other) {
    same(who, "--task", task, other.task);
    same(who, "--scale", scale, other.scale);
    same(who, "content of --data", fingerprint, other.fingerprint);
  }

  private static void same(String who, String name, Object stored, Object wanted) {
    if (!stored.equals(wanted)) {
      throw new IllegalArgumentException(
          who
              + ": "
              + name
              + " must stay "
              + oneLine(stored)
              + ", as the search began (got "
              + oneLine(wanted)
              + ")");
    }
  }

  private static String oneLine(Object value) {
    String text = value.toString();
    return text.contains("\n") ? text.lines().count() - 2 + " statements" : text;
  }
}
