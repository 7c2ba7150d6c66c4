/** Any tokenizer.json flows in, a tokenizer flows out; found by its presence on the class path. */
@NullMarked
package org.tflion.tokenizer.hf;

import org.jspecify.annotations.NullMarked;
