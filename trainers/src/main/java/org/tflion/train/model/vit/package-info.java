/** Pictures flow in, the loss of their classes flows out: the vision transformer. */
@NullMarked
package org.tflion.train.model.vit;

import org.jspecify.annotations.NullMarked;
