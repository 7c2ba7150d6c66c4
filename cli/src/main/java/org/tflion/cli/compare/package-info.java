/** Configs of optimizers flow in, trainings in processes of their own run, one report flows out. */
@NullMarked
package org.tflion.cli.compare;

import org.jspecify.annotations.NullMarked;
