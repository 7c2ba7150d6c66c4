package org.tflion.discovery.abstracts;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tflion.discovery.program.Kind;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.program.Statement;
import org.tflion.discovery.program.Variable;

/** Shorter programs that compute the same; their hash is that of the original. */
public final class Pruning {

  private static final List<String> STATES = List.of("m", "v");

  private Pruning() {}

  /**
   * The program without the statements that none of its outputs depends on.
   *
   * @throws InvalidProgramException if the program cannot run
   */
  public static Program withoutRedundant(Program program) {
    return keep(program, Analysis.of(program).live());
  }

  /**
   * The program without the statements that no update depends on, now or at a later step. What it
   * returns in {@code m} or {@code v} can differ, if nothing ever reads it.
   *
   * @throws InvalidProgramException if the program cannot run
   */
  public static Program withoutDead(Program program) {
    Analysis analysis = Analysis.of(program);
    BitSet live = analysis.liveAcrossCalls();
    return keep(renamed(program, analysis, live), live);
  }

  /**
   * The program with new names for scalars that are called {@code m} or {@code v} for a while; once
   * the dead statement that assigned a tree after them is gone, they would be returned.
   */
  private static Program renamed(Program program, Analysis analysis, BitSet live) {
    Map<Integer, Variable> names = new HashMap<>();
    List<Statement> statements = new ArrayList<>(program.statements());
    for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
      Statement statement = statements.get(i);
      for (int j = 0; j < statement.arguments().size(); j++) {
        Variable name = names.get(analysis.arguments(i).get(j).definition());
        statement = name == null ? statement : statement.withArgument(j, name);
      }
      if (STATES.contains(statement.target().name()) && analysis.kind(i) != Kind.TREE) {
        Variable fresh = unused(program, statement.target().name() + "_" + (i + 1));
        names.put(i, fresh);
        statement = new Statement(fresh, statement.function(), statement.arguments());
      }
      statements.set(i, statement);
    }
    return new Program(statements);
  }

  private static Variable unused(Program program, String name) {
    var variable = new Variable(name);
    boolean used = program.statements().stream().anyMatch(s -> s.target().equals(variable));
    return used ? unused(program, name + "_") : variable;
  }

  private static Program keep(Program program, BitSet live) {
    return new Program(live.stream().mapToObj(program.statements()::get).toList());
  }
}
