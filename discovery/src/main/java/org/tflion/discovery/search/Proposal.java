package org.tflion.discovery.search;

import java.util.concurrent.Future;
import org.tflion.discovery.mutate.Child;

/**
 * A drawn program that waits for its fitness.
 *
 * @param index in the order of drawing
 * @param child the program
 * @param parent functional hash of the program it was mutated from
 * @param fitness known, or being measured
 * @param evaluated whether the fitness is measured for this program, not shared with an earlier one
 */
record Proposal(long index, Child child, long parent, Future<Double> fitness, boolean evaluated) {}
