/** Tasks: the model and data sections of a config flow in, a model and its data flow out. */
@NullMarked
package org.tflion.train.task;

import org.jspecify.annotations.NullMarked;
