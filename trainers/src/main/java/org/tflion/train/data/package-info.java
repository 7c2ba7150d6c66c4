/**
 * Data: files, a seed and the number of a step flow in, a batch of tokens flows out, the same on
 * every rerun.
 */
@NullMarked
package org.tflion.train.data;

import org.jspecify.annotations.NullMarked;
