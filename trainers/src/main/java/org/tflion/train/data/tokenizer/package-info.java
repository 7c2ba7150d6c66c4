/** Tokenizers: text flows in, tokens flow out, and back; from a corpus a tokenizer is trained. */
@NullMarked
package org.tflion.train.data.tokenizer;

import org.jspecify.annotations.NullMarked;
