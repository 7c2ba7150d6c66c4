/** A machine flows in; how long the parts of tf-lion take on it flows out. */
@NullMarked
package org.tflion.benchmarks;

import org.jspecify.annotations.NullMarked;
