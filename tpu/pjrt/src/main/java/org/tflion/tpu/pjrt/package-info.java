/**
 * PJRT plugins through the foreign function interface: the path of a plugin and a program flow in;
 * what compiling it for an accelerator reports, or the results of running it, flow out.
 */
@NullMarked
package org.tflion.tpu.pjrt;

import org.jspecify.annotations.NullMarked;
