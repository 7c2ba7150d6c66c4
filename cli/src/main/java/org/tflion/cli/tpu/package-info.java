/** A config and a slice flow in; what the step would need of each of its devices flows out. */
@NullMarked
package org.tflion.cli.tpu;

import org.jspecify.annotations.NullMarked;
