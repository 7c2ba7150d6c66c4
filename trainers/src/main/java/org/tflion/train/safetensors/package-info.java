/**
 * Files of tensors as Hugging Face has them: bytes of a file flow in, arrays flow out, and back.
 */
@NullMarked
package org.tflion.train.safetensors;

import org.jspecify.annotations.NullMarked;
