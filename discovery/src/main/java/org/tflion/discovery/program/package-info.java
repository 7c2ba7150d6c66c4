/** Optimizers as programs: text or records flow in, an immutable {@code Program} flows out. */
@NullMarked
package org.tflion.discovery.program;

import org.jspecify.annotations.NullMarked;
