/** Weights, gradients and slots flow in; the operation that overwrites them by a rule flows out. */
@NullMarked
package org.tflion.optim;

import org.jspecify.annotations.NullMarked;
