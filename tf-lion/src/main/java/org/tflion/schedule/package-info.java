/**
 * Schedules: the number of the update flows in, a rate flows out, in Java and in the graph alike.
 */
@NullMarked
package org.tflion.schedule;

import org.jspecify.annotations.NullMarked;
