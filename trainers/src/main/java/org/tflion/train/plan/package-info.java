/** Config, mesh and device flow in; bytes, seconds and cost flow out, and nothing is run. */
@NullMarked
package org.tflion.train.plan;

import org.jspecify.annotations.NullMarked;
