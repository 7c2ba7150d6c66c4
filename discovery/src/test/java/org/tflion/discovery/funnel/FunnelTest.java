package org.tflion.discovery.funnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.discovery.Programs;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.search.Ancestry;
import org.tflion.discovery.search.Budget;
import org.tflion.discovery.search.LogEntry;
import org.tflion.discovery.search.Search;
import org.tflion.discovery.search.SearchConfig;
import org.tflion.discovery.search.SearchLog;
import org.tflion.discovery.task.Quadratic;
import org.tflion.discovery.task.Task;

class FunnelTest {

  @TempDir private Path dir;

  /** Fitness by the number of statements, so that the outcome is known. */
  private record BySize(String name, ToDoubleFunction<Integer> fitness, List<Program> asked)
      implements Task {

    @Override
    public double fitness(Program program) {
      asked.add(program);
      return fitness.applyAsDouble(program.size());
    }

    @Override
    public double heldOut(Program program) {
      return fitness(program);
    }
  }

  @Test
  void passesOnOnlyWhatBeatsTheBaseline() {
    Program one = Programs.of("update = sign(g)");
    Program two = Programs.of("update = sign(g)", "update = sign(update)");
    Program three = Programs.of("update = sign(g)", "m = sign(g)", "v = sign(g)");
    var first = new BySize("first", n -> n, new CopyOnWriteArrayList<>());
    var second = new BySize("second", n -> n == 3 ? 3 : -n, new CopyOnWriteArrayList<>());
    var third = new BySize("third", n -> -n, new CopyOnWriteArrayList<>());
    List<Stage> stages =
        new Funnel(List.of(first, second, third), one).run(List.of(two, three, one, two));
    assertThat(stages).extracting(Stage::task).containsExactly("first", "second", "third");
    assertThat(stages.get(0).entrants())
        .extracting(Scored::program)
        .containsExactly(three, two, one);
    assertThat(stages.get(0).survivors()).extracting(Scored::program).containsExactly(three, two);
    assertThat(stages.get(1).survivors()).extracting(Scored::program).containsExactly(three);
    assertThat(second.asked()).containsExactlyInAnyOrder(two, three, one);
    assertThat(stages.get(2).survivors()).isEmpty();
    assertThat(stages.get(2).baseline()).isEqualTo(-1);
  }

  @Test
  void findsWhereASearchBeginsToOverfit() {
    List<LogEntry> log =
        List.of(
            entry(0, 1.0, 2),
            entry(10, 0.5, 5),
            entry(20, 2.0, 3),
            entry(60, 3.0, 1),
            entry(70, null, 9));
    var larger = new BySize("larger", n -> n, new ArrayList<>());
    MetaCurve curve = MetaCurve.of(log, 100, larger);
    assertThat(curve.points()).extracting(MetaCurve.Point::program).containsExactly(0L, 20L, 60L);
    assertThat(curve.points())
        .extracting(MetaCurve.Point::metaFitness)
        .containsExactly(2.0, 3.0, 1.0);
    assertThat(curve.turningPoint()).isEqualTo(0.2);
    assertThat(curve.selected().read().size()).isEqualTo(3);
    assertThat(MetaCurve.histogram(List.of(curve, curve), 4)).containsExactly(2, 0, 0, 0);
    assertThatThrownBy(() -> MetaCurve.of(List.of(), 1, larger)).hasMessageContaining("MetaCurve");
  }

  @Test
  void readsRealLogs() throws IOException {
    Task task = Quadratic.task(20, 30);
    var config = SearchConfig.DEFAULT.withPopulation(50);
    Program adamw = PaperProgram.ADAMW.program();
    Path file = dir.resolve("log");
    try (var log = SearchLog.open(file, task.name(), config, adamw)) {
      Search.of(task, config).withLog(log).run(Budget.ofPrograms(500), 1);
    }
    List<LogEntry> log = SearchLog.read(file);
    MetaCurve curve = MetaCurve.of(log, 500, Quadratic.task(40, 60));
    assertThat(curve.turningPoint()).isBetween(0.0, 1.0);
    long best = curve.points().get(curve.points().size() - 1).program();
    LogEntry last = log.stream().filter(e -> e.program() == best).findFirst().orElseThrow();
    List<LogEntry> line = Ancestry.of(log, last);
    assertThat(line.get(0)).isEqualTo(log.get(0));
    assertThat(line.get(line.size() - 1)).isEqualTo(last);
  }

  private static LogEntry entry(long program, @Nullable Double fitness, int size) {
    String[] statements = new String[size];
    java.util.Arrays.fill(statements, "update = sign(g)");
    return new LogEntry(program, "a", "a", fitness, Programs.of(statements).toString());
  }
}
