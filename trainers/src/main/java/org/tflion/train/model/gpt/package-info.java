/** GPT: tokens flow in, a score for every possible next token flows out. */
@NullMarked
package org.tflion.train.model.gpt;

import org.jspecify.annotations.NullMarked;
