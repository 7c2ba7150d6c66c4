/** Activations and parameters flow in, activations flow out: the layers that models share. */
@NullMarked
package org.tflion.train.model.layer;

import org.jspecify.annotations.NullMarked;
