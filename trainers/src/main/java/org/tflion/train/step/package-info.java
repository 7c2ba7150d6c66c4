/** The training step: weights and a batch flow in, new weights and the loss flow out. */
@NullMarked
package org.tflion.train.step;

import org.jspecify.annotations.NullMarked;
