/** A newcomer's question flows in; a small program that answers it by running flows out. */
@NullMarked
package org.tflion.examples;

import org.jspecify.annotations.NullMarked;
