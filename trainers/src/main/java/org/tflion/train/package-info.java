/** The whole of a run: a config flows in, a run directory and a trained model flow out. */
@NullMarked
package org.tflion.train;

import org.jspecify.annotations.NullMarked;
