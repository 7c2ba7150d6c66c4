/**
 * A TensorFlow graph of one device flows in; the same graph for the replicas of a TensorFlow TPU
 * worker flows out. Untested on hardware.
 */
@NullMarked
package org.tflion.tpu.graph;

import org.jspecify.annotations.NullMarked;
