/**
 * Models as other libraries have them: their configs and names flow in, ours flow out, and back.
 */
@NullMarked
package org.tflion.train.exchange;

import org.jspecify.annotations.NullMarked;
