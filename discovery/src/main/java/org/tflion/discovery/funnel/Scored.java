package org.tflion.discovery.funnel;

import org.tflion.discovery.program.Program;

/**
 * A program and how fit it is on some task.
 *
 * @param program the program
 * @param fitness by that task
 */
public record Scored(Program program, double fitness) {}
