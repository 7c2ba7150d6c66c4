/** Gradients flow in; the same gradients, measured and bounded, flow out. */
@NullMarked
package org.tflion.gradient;

import org.jspecify.annotations.NullMarked;
