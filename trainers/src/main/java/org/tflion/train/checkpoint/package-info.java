/** A step's state flows to disk and back, whole or not at all. */
@NullMarked
package org.tflion.train.checkpoint;

import org.jspecify.annotations.NullMarked;
