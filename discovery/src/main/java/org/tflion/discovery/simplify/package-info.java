/**
 * Simpler programs of equal worth: a program and a task flow in, a path of simpler ones flows out.
 */
@NullMarked
package org.tflion.discovery.simplify;

import org.jspecify.annotations.NullMarked;
