/**
 * The search itself: a first program, a task and a seed flow in, the best program and a log flow
 * out.
 */
@NullMarked
package org.tflion.discovery.search;

import org.jspecify.annotations.NullMarked;
