/** Reference vectors flow in; how far every optimizer is from them flows out. */
@NullMarked
package org.tflion.cli.verify;

import org.jspecify.annotations.NullMarked;
