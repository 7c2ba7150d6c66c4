/**
 * TensorFlow workers from a JVM without TensorFlow's native code: a graph and the address of a
 * worker flow in; results of steps, device lists, profiles and traces flow out.
 */
@NullMarked
package org.tflion.tpu.remote;

import org.jspecify.annotations.NullMarked;
