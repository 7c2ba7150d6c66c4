package org.tflion.discovery.search;

import org.jspecify.annotations.Nullable;

/**
 * One evaluation, as a line of the log.
 *
 * @param program the number of the program in the order of drawing, from 0, the first program
 * @param hash its functional hash, in hexadecimal
 * @param parent the functional hash of the program it was mutated from, in hexadecimal
 * @param fitness by the task, or null for a program that does not train
 * @param text of the program
 */
public record LogEntry(
    long program, String hash, String parent, @Nullable Double fitness, String text) {

  static LogEntry of(Proposal proposal, double fitness) {
    return new LogEntry(
        proposal.index(),
        Long.toHexString(proposal.child().analysis().hash()),
        Long.toHexString(proposal.parent()),
        Double.isFinite(fitness) ? fitness : null,
        proposal.child().program().toString());
  }

  /** The same without the text, which is nearly all of its size. */
  LogEntry withoutText() {
    return new LogEntry(program, hash, parent, fitness, "");
  }

  /** The fitness, negative infinity for a program that does not train. */
  public double score() {
    return fitness == null ? Double.NEGATIVE_INFINITY : fitness;
  }
}
