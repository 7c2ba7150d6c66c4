/** Arguments flow in; text, exit codes and calls of everything else flow out. */
@NullMarked
package org.tflion.cli;

import org.jspecify.annotations.NullMarked;
