package org.tflion.discovery.abstracts;

import java.util.BitSet;
import org.tflion.discovery.program.Program;

/** Shorter programs that compute the same; their hash is that of the original. */
public final class Pruning {

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
    return keep(program, Analysis.of(program).liveAcrossCalls());
  }

  private static Program keep(Program program, BitSet live) {
    return new Program(live.stream().mapToObj(program.statements()::get).toList());
  }
}
