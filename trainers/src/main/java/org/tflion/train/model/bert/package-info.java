/** Text with holes flows in, the loss of what was there flows out: the encoder of BERT. */
@NullMarked
package org.tflion.train.model.bert;

import org.jspecify.annotations.NullMarked;
