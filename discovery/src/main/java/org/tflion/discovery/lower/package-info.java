/**
 * Programs as optimizers of TensorFlow graphs: a program flows in, a rule of the optimizer library
 * flows out. The only package here that knows TensorFlow.
 */
@NullMarked
package org.tflion.discovery.lower;

import org.jspecify.annotations.NullMarked;
