/**
 * A machine flows in; how fast the parts of tf-lion are on it flows out, beside what it could do.
 */
@NullMarked
package org.tflion.cli.bench;

import org.jspecify.annotations.NullMarked;
