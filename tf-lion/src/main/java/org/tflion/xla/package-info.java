/** A graph function flows in; a node that XLA must compile, or a plain call of it, flows out. */
@NullMarked
package org.tflion.xla;

import org.jspecify.annotations.NullMarked;
