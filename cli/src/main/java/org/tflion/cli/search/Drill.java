package org.tflion.cli.search;

import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.ProgramReader;
import org.tflion.discovery.search.Budget;
import org.tflion.discovery.search.Search;
import org.tflion.discovery.search.SearchConfig;
import org.tflion.discovery.search.SearchListener;
import org.tflion.discovery.search.SearchProgress;
import org.tflion.discovery.simplify.Path;
import org.tflion.discovery.simplify.Simplifier;
import org.tflion.discovery.task.Task;

/**
 * Two things known in advance that a search must find again: that the paper's raw program is, in
 * simple words, the sign of a blended momentum; and what is wrong with a Lion that is broken.
 *
 * <p>The printed rates are for long trainings; here both programs get one that suits fifty steps.
 */
public final class Drill {

  private static final String RATE = "0.02";
  private static final int POPULATION = 100;

  private final Task task;

  public Drill(Task task) {
    this.task = task;
  }

  /** The paper's Program 8 at a rate for short trainings. */
  public static Program raw() {
    return ProgramReader.read(PaperProgram.RAW.text().replace("0.0002171761734643951", RATE));
  }

  /** Lion at a rate for short trainings. */
  public static Program lion() {
    String rate = "lr = lr * " + RATE + "\n  update = update * lr";
    return ProgramReader.read(PaperProgram.LION.text().replace("update = update * lr", rate));
  }

  /** Lion with a hyperbolic cosine where the sign belongs, which drives all weights down. */
  public static Program broken() {
    return ProgramReader.read(lion().toString().replace("sign(update)", "cosh(update)"));
  }

  /**
   * What a search made of the broken Lion.
   *
   * @param seed of the search
   * @param programs that it took to be as good as Lion, or all that it was given
   * @param evaluations among them
   * @param repaired whether it was as good as Lion in the end
   * @param fitness of the best program
   * @param program the best one
   */
  public record Repair(
      long seed,
      long programs,
      long evaluations,
      boolean repaired,
      double fitness,
      String program) {}

  /** Simplifies the raw program. */
  public Path simplify(double tolerance) {
    return new Simplifier(task, tolerance).simplify(raw());
  }

  /** What the search has to reach. */
  public double goal() {
    return task.fitness(lion());
  }

  /**
   * Searches from the broken Lion until a program is as good as the whole one.
   *
   * @param evaluations after which it gives up
   */
  public Repair repair(long seed, long evaluations, int threads) {
    var goal = new Goal(goal());
    SearchConfig config = SearchConfig.DEFAULT.withPopulation(POPULATION).withSeed(seed);
    SearchProgress end =
        Search.of(task, config)
            .withFirst(broken())
            .withListener(goal)
            .run(Budget.ofEvaluations(evaluations), threads);
    double fitness = end.best().fitness();
    return new Repair(
        seed,
        end.programs(),
        end.evaluations(),
        fitness >= goal.fitness,
        fitness,
        end.best().program().toString());
  }

  /** Ends a search once its best program is good enough. */
  private static final class Goal implements SearchListener {

    private final double fitness;
    private boolean reached;

    Goal(double fitness) {
      this.fitness = fitness;
    }

    @Override
    public void onProgress(SearchProgress progress) {
      reached |= progress.best().fitness() >= fitness;
    }

    @Override
    public boolean stops() {
      return reached;
    }
  }
}
