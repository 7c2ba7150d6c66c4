package org.tflion.discovery.mutate;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.tflion.discovery.abstracts.Analysis;
import org.tflion.discovery.abstracts.Scope;
import org.tflion.discovery.program.Argument;
import org.tflion.discovery.program.Constant;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.Statement;

/**
 * Draws random children of a program: one mutation away, and valid.
 *
 * <p>A draw that makes no valid program is forgotten and another made, of any kind, so that failed
 * mutations leave no trace. Constants are rounded to float32, the precision the functional hash
 * sees.
 *
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 2.1</a>
 */
public final class Mutator {

  /** Far more than a valid program needs; one without any valid neighbour would loop for ever. */
  private static final int MAX_DRAWS = 100_000;

  private static final double MAX_CONSTANT = 1e10;

  private final MutationConfig config;

  public Mutator(MutationConfig config) {
    this.config = config;
  }

  /**
   * Draws a valid child.
   *
   * @throws IllegalStateException if the allowed mutations lead to no valid program, such as
   *     scaling constants where there are none
   */
  public Child child(Program parent, RandomGenerator random) {
    for (int draw = 0; draw < MAX_DRAWS; draw++) {
      Program program = draw(parent, random);
      Analysis analysis = program == null ? null : Analysis.tryOf(program);
      if (program != null && analysis != null) {
        return new Child(program, analysis);
      }
    }
    throw new IllegalStateException(
        "Mutator: no mutation that " + config + " allows leads from this program to a valid one");
  }

  /** One draw, which may be no program at all, or an invalid one. */
  private @Nullable Program draw(Program parent, RandomGenerator random) {
    double insert = parent.size() < config.maxStatements() ? config.insert() : 0;
    double x = random.nextDouble() * (insert + config.delete() + config.replace() + config.scale());
    if (x < insert) {
      return insert(parent, random);
    }
    if (parent.size() == 0) {
      return null;
    }
    if (x < insert + config.delete()) {
      return parent.without(random.nextInt(parent.size()));
    }
    return x < insert + config.delete() + config.replace()
        ? replace(parent, random)
        : scale(parent, random);
  }

  private static @Nullable Program insert(Program parent, RandomGenerator random) {
    int at = random.nextInt(parent.size() + 1);
    Statement statement = StatementDraw.draw(scope(parent, at), random);
    return statement == null ? null : parent.withInserted(at, statement);
  }

  private static @Nullable Program replace(Program parent, RandomGenerator random) {
    int at = random.nextInt(parent.size());
    Statement statement = parent.statements().get(at);
    int arity = statement.function().arity();
    if (arity == 0) {
      return null;
    }
    int position = random.nextInt(arity);
    Argument old = statement.arguments().get(position);
    Argument fresh =
        random.nextBoolean()
            ? StatementDraw.constant(random)
            : StatementDraw.variable(scope(parent, at), statement.function(), position, random);
    return fresh == null || fresh.equals(old)
        ? null
        : parent.with(at, statement.withArgument(position, fresh));
  }

  private static @Nullable Program scale(Program parent, RandomGenerator random) {
    List<int[]> places = new ArrayList<>();
    for (int i = 0; i < parent.size(); i++) {
      List<Argument> arguments = parent.statements().get(i).arguments();
      for (int j = 0; j < arguments.size(); j++) {
        if (arguments.get(j) instanceof Constant) {
          places.add(new int[] {i, j});
        }
      }
    }
    if (places.isEmpty()) {
      return null;
    }
    int[] place = places.get(random.nextInt(places.size()));
    Statement statement = parent.statements().get(place[0]);
    double old = ((Constant) statement.arguments().get(place[1])).value();
    double scaled = (float) (old * Math.pow(2, random.nextGaussian()));
    double clamped = Math.max(-MAX_CONSTANT, Math.min(MAX_CONSTANT, scaled));
    return parent.with(place[0], statement.withArgument(place[1], new Constant(clamped)));
  }

  private static Scope scope(Program program, int statements) {
    var scope = new Scope();
    program.statements().subList(0, statements).forEach(scope::execute);
    return scope;
  }
}
