/**
 * Neighbours in the space of programs: a valid program and a seed flow in, a valid child flows out.
 */
@NullMarked
package org.tflion.discovery.mutate;

import org.jspecify.annotations.NullMarked;
