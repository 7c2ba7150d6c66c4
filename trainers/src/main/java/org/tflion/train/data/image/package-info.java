/** Files of pictures flow in, batches of pixels and labels flow out. */
@NullMarked
package org.tflion.train.data.image;

import org.jspecify.annotations.NullMarked;
