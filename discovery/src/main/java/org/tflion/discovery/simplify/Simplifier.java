package org.tflion.discovery.simplify;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.abstracts.Pruning;
import org.tflion.discovery.program.Argument;
import org.tflion.discovery.program.Constant;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.Statement;
import org.tflion.discovery.task.Task;

/**
 * Makes a program simple without making it worse.
 *
 * <p>First redundant statements go. Then, in turns until nothing changes, algebra rewrites what it
 * can, and the call of least effect goes: of all programs with one call less, the fittest. Last,
 * constants lose digits. Every change is measured, and kept only if the fitness stays within the
 * tolerance of the fittest program so far, so small losses do not add up.
 *
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 2.3, appendix G</a>
 */
public final class Simplifier {

  private static final int MOST_DIGITS = 3;

  private final Task task;
  private final double tolerance;
  private final Map<Long, Double> known = new HashMap<>();

  /**
   * A simplifier.
   *
   * @param task measures fitness
   * @param tolerance how much less fit than the fittest so far a step may be, in units of the task;
   *     0 or more
   */
  public Simplifier(Task task, double tolerance) {
    if (!(tolerance >= 0 && Double.isFinite(tolerance))) {
      throw new IllegalArgumentException(
          "Simplifier: tolerance must be finite and 0 or more (got " + tolerance + ")");
    }
    this.task = task;
    this.tolerance = tolerance;
  }

  /**
   * Simplifies a program.
   *
   * @throws org.tflion.discovery.abstracts.InvalidProgramException if the program cannot run
   * @throws IllegalArgumentException if the program does not train, so that nothing can be worse
   */
  public Path simplify(Program program) {
    double fitness = fitness(program);
    if (!Double.isFinite(fitness)) {
      throw new IllegalArgumentException(
          "Simplifier: the program must train on "
              + task.name()
              + " (got fitness "
              + fitness
              + ")");
    }
    List<Step> steps = new ArrayList<>();
    steps.add(new Step("as found", program, fitness));
    Set<Program> seen = new HashSet<>();
    accept(steps, seen, "drop redundant statements", Pruning.withoutDead(program));
    boolean changed = true;
    while (changed) {
      changed = rewrite(steps, seen);
      changed |= dropLeastEffect(steps, seen);
    }
    roundConstants(steps, seen);
    return new Path(steps);
  }

  private boolean rewrite(List<Step> steps, Set<Program> seen) {
    boolean changed = false;
    for (Rule rule : Rule.values()) {
      Optional<Program> rewritten = rule.apply(last(steps));
      changed |=
          rewritten.isPresent() && accept(steps, seen, rule.words(), rewritten.orElseThrow());
    }
    return changed;
  }

  private boolean dropLeastEffect(List<Step> steps, Set<Program> seen) {
    Bypass.Shortened best = null;
    for (Bypass.Shortened shorter : Bypass.all(last(steps))) {
      boolean shortened = shorter.program().size() < last(steps).size();
      if (shortened && (best == null || fitness(shorter.program()) > fitness(best.program()))) {
        best = shorter;
      }
    }
    return best != null
        && accept(steps, seen, "drop " + best.omitted() + ", of least effect", best.program());
  }

  /** Tries each constant with one digit, then two, then three. */
  private void roundConstants(List<Step> steps, Set<Program> seen) {
    for (int i = 0; i < last(steps).size(); i++) {
      for (int j = 0; j < last(steps).statements().get(i).arguments().size(); j++) {
        Statement statement = last(steps).statements().get(i);
        Argument argument = statement.arguments().get(j);
        boolean rounded = !(argument instanceof Constant);
        for (int digits = 1; digits <= MOST_DIGITS && !rounded; digits++) {
          double value = round(((Constant) argument).value(), digits);
          var changed = statement.withArgument(j, new Constant(value));
          rounded =
              changed.equals(statement)
                  || accept(steps, seen, "round a constant", last(steps).with(i, changed));
        }
      }
    }
  }

  private static double round(double value, int digits) {
    return BigDecimal.valueOf(value).round(new MathContext(digits)).doubleValue();
  }

  private boolean accept(List<Step> steps, Set<Program> seen, String change, Program program) {
    double best = steps.stream().mapToDouble(Step::fitness).max().orElse(Double.NEGATIVE_INFINITY);
    boolean fit = fitness(program) >= best - tolerance;
    boolean changed = fit && !program.equals(last(steps)) && seen.add(program);
    if (changed) {
      steps.add(new Step(change, program, fitness(program)));
    }
    return changed;
  }

  private static Program last(List<Step> steps) {
    return steps.get(steps.size() - 1).program();
  }

  private double fitness(Program program) {
    return known.computeIfAbsent(Analysis.of(program).hash(), hash -> task.fitness(program));
  }
}
