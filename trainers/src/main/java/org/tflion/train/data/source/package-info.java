/** Sources: files flow in, tokens by their position flow out, wherever they lie. */
@NullMarked
package org.tflion.train.data.source;

import org.jspecify.annotations.NullMarked;
