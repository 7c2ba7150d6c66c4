/**
 * Ahead of time: a lowered program, a slice and a plugin flow in; what a run would need of each
 * device flows out.
 */
@NullMarked
package org.tflion.tpu.compile;

import org.jspecify.annotations.NullMarked;
