/** Config: presets, a file and overrides flow in, one checked config of a run flows out. */
@NullMarked
package org.tflion.train.config;

import org.jspecify.annotations.NullMarked;
