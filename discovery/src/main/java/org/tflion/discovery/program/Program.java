package org.tflion.discovery.program;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An optimizer as a straight line of assignments.
 *
 * <pre>{@code
 * def train(w, g, m, v, lr):
 *   ...
 *   return update, m, v
 * }</pre>
 *
 * <p>{@code w} holds the weights, {@code g} their gradient, {@code lr} the schedule's value at this
 * step; {@code m} and {@code v} are like the weights, zero at first, and carry what the program
 * returned in them from one step to the next. The training loop then does {@code w = w - update}.
 *
 * <p>A program can be wrong in its variables or shapes; {@code Analysis} in the package {@code
 * abstracts} finds that out without running it.
 *
 * @param statements in the order they run
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 2.1</a>
 */
public record Program(List<Statement> statements) {

  /** The names a program may read before it assigns them, in order. */
  public static final List<String> INPUTS = List.of("w", "g", "m", "v", "lr");

  /** The names a program returns, in order; each must be like the weights. */
  public static final List<String> OUTPUTS = List.of("update", "m", "v");

  static final String HEADER = "def train(w, g, m, v, lr):";
  static final String FOOTER = "return update, m, v";

  public Program {
    statements = List.copyOf(statements);
  }

  /** How many statements there are. */
  public int size() {
    return statements.size();
  }

  /** The same program with a statement more, which becomes number {@code index} (from 0). */
  public Program withInserted(int index, Statement statement) {
    List<Statement> changed = new ArrayList<>(statements);
    changed.add(index, statement);
    return new Program(changed);
  }

  /** The same program without statement {@code index} (from 0). */
  public Program without(int index) {
    List<Statement> changed = new ArrayList<>(statements);
    changed.remove(index);
    return new Program(changed);
  }

  /** The same program with another statement at {@code index} (from 0). */
  public Program with(int index, Statement statement) {
    List<Statement> changed = new ArrayList<>(statements);
    changed.set(index, statement);
    return new Program(changed);
  }

  /** The text of the program, which {@link ProgramReader} reads back as an equal program. */
  @Override
  public String toString() {
    return statements.stream()
        .map(statement -> "  " + statement + "\n")
        .collect(Collectors.joining("", HEADER + "\n", "  " + FOOTER + "\n"));
  }
}
