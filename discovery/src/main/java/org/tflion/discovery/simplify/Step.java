package org.tflion.discovery.simplify;

import org.tflion.discovery.program.Program;

/**
 * One program on the way to a simple one.
 *
 * @param change what was done to the program before
 * @param program the result
 * @param fitness of the result
 */
public record Step(String change, Program program, double fitness) {}
