/** Preparation: documents and a tokenizer flow in, a folder of checked tokens flows out. */
@NullMarked
package org.tflion.train.data.prepare;

import org.jspecify.annotations.NullMarked;
