/**
 * Programs on devices: a lowered program and tensors of the host flow in; tensors that stay on a
 * device flow through it, run after run.
 */
@NullMarked
package org.tflion.tpu.run;

import org.jspecify.annotations.NullMarked;
