/** The loop: a config, a model and data flow in, a trained run in its directory flows out. */
@NullMarked
package org.tflion.train.loop;

import org.jspecify.annotations.NullMarked;
