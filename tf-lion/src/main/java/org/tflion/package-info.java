/** The checks that the packages of tf-lion share: a value flows in, and flows out valid or not. */
@NullMarked
package org.tflion;

import org.jspecify.annotations.NullMarked;
