/** What steps report flows in; lines of a file that programs read flow out. */
@NullMarked
package org.tflion.train.metrics;

import org.jspecify.annotations.NullMarked;
