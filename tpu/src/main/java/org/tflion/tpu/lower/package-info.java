/**
 * From TensorFlow to XLA: a graph with a training step flows in; one HLO module, with a name for
 * each of its parameters, flows out.
 */
@NullMarked
package org.tflion.tpu.lower;

import org.jspecify.annotations.NullMarked;
