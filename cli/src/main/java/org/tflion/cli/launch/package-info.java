/** Hosts and a train command flow in; running workers, or what would run them, flows out. */
@NullMarked
package org.tflion.cli.launch;

import org.jspecify.annotations.NullMarked;
