package org.tflion.discovery.abstracts;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.discovery.program.Kind;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.Statement;

/**
 * The result of executing a program abstractly, on shapes instead of numbers.
 *
 * <p>One walk finds three things. <b>Shapes</b>: every variable is assigned before it is read,
 * every function gets what it accepts, and the outputs are trees like the weights. <b>Live
 * statements</b>: those that an output depends on; all others are redundant. <b>Functional
 * hash</b>: equal for programs whose updates are computed alike, whatever their names, order and
 * redundant statements; constants count by their float32 bits.
 *
 * <p>Liveness comes in two strengths. Within one call, all three outputs count. Across calls,
 * {@code m} counts only if some live statement of the next call reads it, and {@code v} likewise:
 * the {@code cosh} of the paper's Program 4 is live by the first rule and dead by the second. The
 * hash follows the second, since only updates train.
 *
 * @see <a href="https://arxiv.org/abs/2302.06675">Chen et al., 2023, section 2.2, appendix I</a>
 */
public final class Analysis {

  private static final int M = Program.INPUTS.indexOf("m");
  private static final int V = Program.INPUTS.indexOf("v");

  private final List<List<Value>> arguments;
  private final List<Kind> kinds;
  private final List<Value> outputs;
  private final BitSet live;
  private final BitSet liveAcrossCalls;
  private final long hash;

  private Analysis(List<List<Value>> arguments, List<Kind> kinds, List<Value> outputs) {
    this.arguments = arguments;
    this.kinds = kinds;
    this.outputs = outputs;
    this.live = new Marking(arguments).mark(outputs).statements();
    var across = new Marking(arguments).mark(outputs.subList(0, 1));
    // Twice, because m may be read only by what v needs, and the other way round.
    for (int round = 0; round < 2; round++) {
      if (across.reads(M)) {
        across.mark(outputs.subList(1, 2));
      }
      if (across.reads(V)) {
        across.mark(outputs.subList(2, 3));
      }
    }
    this.liveAcrossCalls = across.statements();
    this.hash = hash(outputs, across.reads(M), across.reads(V));
  }

  /**
   * Analyses a program.
   *
   * @throws InvalidProgramException if the program cannot run, naming the statement
   */
  public static Analysis of(Program program) {
    Analysis analysis = tryOf(program);
    if (analysis == null) {
      throw new InvalidProgramException(problem(program));
    }
    return analysis;
  }

  /** Analyses a program, or returns null if it cannot run; fast, for programs often wrong. */
  public static @Nullable Analysis tryOf(Program program) {
    var scope = new Scope();
    List<List<Value>> arguments = new ArrayList<>(program.size());
    List<Kind> kinds = new ArrayList<>(program.size());
    for (Statement statement : program.statements()) {
      List<Value> values = scope.execute(statement);
      if (values == null) {
        return null;
      }
      arguments.add(values);
      kinds.add(scope.kind(statement.target().name()));
    }
    List<Value> outputs = new ArrayList<>(Program.OUTPUTS.size());
    for (String name : Program.OUTPUTS) {
      Value value = scope.get(name);
      if (value == null || value.kind() != Kind.TREE) {
        return null;
      }
      outputs.add(value);
    }
    return new Analysis(arguments, kinds, outputs);
  }

  private static String problem(Program program) {
    var scope = new Scope();
    for (int i = 0; i < program.size(); i++) {
      Statement statement = program.statements().get(i);
      if (scope.execute(statement) == null) {
        return "statement " + (i + 1) + " (" + statement + "): " + scope.problem(statement);
      }
    }
    for (String name : Program.OUTPUTS) {
      Value value = scope.get(name);
      if (value == null) {
        return "'" + name + "' is returned but never assigned; assign it a tree like w";
      }
      if (value.kind() != Kind.TREE) {
        return "'" + name + "' must return a tree like w (got " + value.kind().words() + ")";
      }
    }
    throw new IllegalStateException("Analysis: no problem found in an invalid program");
  }

  private static long hash(List<Value> outputs, boolean m, boolean v) {
    long hash = Hash.mix(Hash.of("program"), outputs.get(0).hash());
    hash = Hash.mix(hash, m ? outputs.get(1).hash() : 0);
    return Hash.mix(hash, v ? outputs.get(2).hash() : 0);
  }

  /** The values a statement (from 0) is called with. */
  public List<Value> arguments(int statement) {
    return arguments.get(statement);
  }

  /** The shape of a statement's (from 0) result. */
  public Kind kind(int statement) {
    return kinds.get(statement);
  }

  /** What the program returns: update, m, v. */
  public List<Value> outputs() {
    return outputs;
  }

  /** The statements (from 0) that some output of one call depends on. */
  public BitSet live() {
    return (BitSet) live.clone();
  }

  /** The statements (from 0) that some update depends on, of this call or a later one. */
  public BitSet liveAcrossCalls() {
    return (BitSet) liveAcrossCalls.clone();
  }

  /** The functional hash. */
  public long hash() {
    return hash;
  }

  /** The share of statements that no output depends on, in [0, 1]. */
  public double redundantShare() {
    return arguments.isEmpty() ? 0 : 1 - (double) live.cardinality() / arguments.size();
  }
}
