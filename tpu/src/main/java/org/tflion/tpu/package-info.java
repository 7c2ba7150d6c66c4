/** The checks that the packages of tpu share: a value flows in, and flows out valid or not. */
@NullMarked
package org.tflion.tpu;

import org.jspecify.annotations.NullMarked;
