package org.tflion.discovery.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.ProgramReader;
import org.tflion.discovery.task.Quadratic;
import org.tflion.discovery.task.Task;

class EvolutionTest {

  private static final Task TASK = Quadratic.task(20, 30);
  private static final SearchConfig CONFIG =
      SearchConfig.DEFAULT.withPopulation(50).withSeed(7).withRestartAfter(400);

  @TempDir private Path dir;

  @Test
  void beatsTheFirstProgramAndReportsTheTruth() {
    SearchProgress end = Search.of(TASK, CONFIG).run(Budget.ofPrograms(2_000), 1);
    assertThat(end.programs()).isEqualTo(2_000);
    assertThat(end.first().fitness()).isEqualTo(TASK.fitness(PaperProgram.ADAMW.program()));
    assertThat(end.best().fitness()).isEqualTo(TASK.fitness(end.best().program()));
    assertThat(end.best().fitness()).isGreaterThan(end.first().fitness() / 2);
    assertThat(end.cacheHitRate()).isBetween(0.1, 0.9);
    assertThat(end.redundantShare()).isBetween(0.05, 0.95);
    // At most one restart in 400 programs.
    assertThat(end.restarts()).isBetween(1L, 5L);
  }

  @Test
  void logsAreTheSameAtAnyNumberOfThreads() throws IOException {
    byte[] one = run("one", CONFIG, 1_000, 1);
    assertThat(run("three", CONFIG, 1_000, 3)).isEqualTo(one);
    assertThat(run("other", CONFIG.withSeed(8), 1_000, 1)).isNotEqualTo(one);
  }

  @Test
  void goesOnWhereItWasKilled() throws IOException {
    byte[] whole = run("whole", CONFIG, 1_000, 1);
    for (int bytes : new int[] {0, 10, whole.length / 3, whole.length / 2 + 7, whole.length}) {
      Files.write(dir.resolve("cut"), Arrays.copyOf(whole, bytes));
      assertThat(run("cut", CONFIG, 1_000, 2)).isEqualTo(whole);
    }
  }

  @Test
  void resumingMeasuresNothingTwice() throws IOException {
    run("log", CONFIG, 1_000, 1);
    var counted = new AtomicInteger();
    Task counting = counting(counted);
    try (var log = open("log", counting, CONFIG)) {
      Search.of(counting, CONFIG).withLog(log).run(Budget.ofPrograms(1_000), 1);
    }
    assertThat(counted).hasValue(0);
  }

  @Test
  void measuresEachFunctionOnce() throws IOException {
    run("log", CONFIG, 1_000, 2);
    List<LogEntry> entries = SearchLog.read(dir.resolve("log"));
    assertThat(entries.stream().map(LogEntry::hash)).doesNotHaveDuplicates();
    assertThat(entries).hasSizeBetween(100, 999);
    assertThat(entries.get(0).score()).isEqualTo(TASK.fitness(PaperProgram.ADAMW.program()));
  }

  @Test
  void historyHoldsTheFittestOfEachPart() throws IOException {
    run("log", CONFIG, 1_000, 2);
    List<LogEntry> entries = SearchLog.read(dir.resolve("log"));
    SearchHistory history = SearchHistory.read(dir.resolve("log"));
    assertThat(history.evaluations()).isEqualTo(entries.size());
    assertThat(history.fittest())
        .hasSize(Math.min(entries.size(), SearchHistory.PARTS))
        .isSubsetOf(entries)
        .contains(history.best());
  }

  @Test
  void baselinesGetTheSameComputeAndStayWhatTheyAre() throws IOException {
    var tuning = CONFIG.hyperparametersOnly();
    var random = CONFIG.withStrategy(Strategy.RANDOM);
    for (SearchConfig config : List.of(tuning, random)) {
      SearchProgress end = Search.of(TASK, config).run(Budget.ofEvaluations(300), 2);
      assertThat(end.evaluations()).isEqualTo(300);
    }
    SearchProgress tuned = Search.of(TASK, tuning).run(Budget.ofEvaluations(300), 2);
    Program first = PaperProgram.ADAMW.program();
    assertThat(tuned.best().program().statements().stream().map(s -> s.function()).toList())
        .isEqualTo(first.statements().stream().map(s -> s.function()).toList());
    assertThat(tuned.best().fitness()).isGreaterThan(tuned.first().fitness());
  }

  @Test
  void refusesLogsOfOthersAndDamagedOnes() throws IOException {
    byte[] whole = run("log", CONFIG, 300, 1);
    assertThatThrownBy(() -> open("log", TASK, CONFIG.withSeed(9)))
        .hasMessageContaining("must belong to this search");
    List<String> lines = Files.readAllLines(dir.resolve("log"));
    for (String bad :
        List.of(
            "",
            "{",
            "[]",
            "null",
            lines.get(2).replace("hash", "hush"),
            lines.get(2).replaceFirst("\"fitness\":[^,]*", "\"fitness\":\"NaN\""),
            lines.get(2).replaceFirst("\"fitness\":[^,]*", "\"fitness\":1e999"),
            lines.get(2).replaceFirst("\"hash\":\"", "\"hash\":\"x"))) {
      lines.set(2, bad);
      Files.write(dir.resolve("bad"), lines);
      assertThatThrownBy(() -> open("bad", TASK, CONFIG))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("line 3 of ");
    }
    assertThat(whole).isEqualTo(Files.readAllBytes(dir.resolve("log")));
  }

  @Test
  void comparesSeedsAndBaselinesAtEqualCompute() {
    Comparison comparison = Comparison.run(Search.of(TASK, CONFIG), 3, 200, 2);
    for (List<SearchProgress> searches :
        List.of(comparison.evolution(), comparison.tuning(), comparison.random())) {
      assertThat(searches).hasSize(3).allMatch(end -> end.evaluations() == 200);
      assertThat(searches.get(0).best()).isNotEqualTo(searches.get(1).best());
      double sum = searches.stream().mapToDouble(end -> end.best().fitness()).sum();
      assertThat(Comparison.Summary.of(searches).mean()).isCloseTo(sum / 3, within(1e-12));
      assertThat(Comparison.Summary.of(searches).standardError()).isPositive();
    }
  }

  /** Lion with one statement broken is as good as Lion again within 2,000 programs. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void repairsABrokenLion(long seed) {
    Task task = Quadratic.task(20, 100);
    String lion =
        PaperProgram.LION
            .text()
            .replace("update = update * lr", "lr = lr * 0.05\nupdate = update * lr");
    double goal = task.fitness(ProgramReader.read(lion));
    Program broken =
        ProgramReader.read(lion.replace("update = sign(update)", "update = cosh(update)"));
    assertThat(task.fitness(broken)).isLessThan(10 * goal);
    SearchConfig config = SearchConfig.DEFAULT.withPopulation(100).withSeed(seed);
    SearchProgress end = Search.of(task, config).withFirst(broken).run(Budget.ofPrograms(2_000), 1);
    assertThat(end.best().fitness()).isGreaterThanOrEqualTo(goal);
  }

  /** Flipped, lost and added bytes: a log is taken for whole, or refused in one sentence. */
  @Test
  void survivesFuzzedLogs() throws IOException {
    byte[] whole = run("log", CONFIG, 60, 1);
    var random = new SplittableRandom(3);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] damaged = Arrays.copyOf(whole, whole.length - random.nextInt(whole.length / 2));
      for (int edits = random.nextInt(3); edits >= 0; edits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(dir.resolve("damaged"), damaged);
      try {
        open("damaged", TASK, CONFIG).close();
      } catch (IllegalArgumentException refusal) {
        assertThat(refusal.getMessage()).startsWith("SearchLog: ").doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isBetween(100, 499);
  }

  @Test
  void failuresOfTheTaskReachTheCaller() {
    Task nan =
        new Task() {
          @Override
          public String name() {
            return "nan";
          }

          @Override
          public double fitness(Program program) {
            return Double.NaN;
          }

          @Override
          public double heldOut(Program program) {
            return 0;
          }
        };
    assertThatThrownBy(() -> Search.of(nan, CONFIG).run(Budget.ofPrograms(10), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the task failed on program 0")
        .hasMessageContaining("Task nan: fitness must be finite or negative infinity (got NaN)");
  }

  private byte[] run(String file, SearchConfig config, int programs, int threads)
      throws IOException {
    try (var log = open(file, TASK, config)) {
      Search.of(TASK, config).withLog(log).run(Budget.ofPrograms(programs), threads);
    }
    return Files.readAllBytes(dir.resolve(file));
  }

  private SearchLog open(String file, Task task, SearchConfig config) throws IOException {
    return SearchLog.open(dir.resolve(file), task.name(), config, PaperProgram.ADAMW.program());
  }

  private static Task counting(AtomicInteger counted) {
    return new Task() {
      @Override
      public String name() {
        return TASK.name();
      }

      @Override
      public double fitness(Program program) {
        counted.incrementAndGet();
        return Analysis.of(program).hash();
      }

      @Override
      public double heldOut(Program program) {
        return fitness(program);
      }
    };
  }
}
