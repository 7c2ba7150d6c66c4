package org.tflion.discovery.funnel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.task.Task;

/**
 * Tasks of growing cost, each of which passes on only the programs that beat a baseline on it.
 *
 * @param tasks from cheap to expensive; the paper grows them tenfold, in model size and steps
 * @param baseline the program to beat on each of them
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 2.3</a>
 */
public record Funnel(List<Task> tasks, Program baseline) {

  public Funnel {
    tasks = List.copyOf(tasks);
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("Funnel: there must be a task (got none)");
    }
  }

  /** Runs candidates through the stages, until the last one or until none is left. */
  public List<Stage> run(List<Program> candidates) {
    List<Stage> stages = new ArrayList<>();
    List<Program> entrants = candidates.stream().distinct().toList();
    for (Task task : tasks) {
      if (!entrants.isEmpty()) {
        List<Scored> scored =
            entrants.parallelStream().map(p -> new Scored(p, task.fitness(p))).toList();
        Stage stage = new Stage(task.name(), task.fitness(baseline), fittestFirst(scored));
        stages.add(stage);
        entrants = stage.survivors().stream().map(Scored::program).toList();
      }
    }
    return stages;
  }

  private static List<Scored> fittestFirst(List<Scored> scored) {
    return scored.stream().sorted(Comparator.comparingDouble(Scored::fitness).reversed()).toList();
  }
}
