/** A config flows in, what it would take flows out; a child process checks it by running it. */
@NullMarked
package org.tflion.cli.plan;

import org.jspecify.annotations.NullMarked;
