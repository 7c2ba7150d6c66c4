package org.tflion.discovery.program;

/** What a statement passes to its function: a variable or a constant. */
public sealed interface Argument permits Variable, Constant {}
