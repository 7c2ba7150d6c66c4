/**
 * Programs at work: a program, weights and gradients flow in, an updated tree of weights flows out.
 */
@NullMarked
package org.tflion.discovery.interpret;

import org.jspecify.annotations.NullMarked;
