/**
 * What a TPU does right now: the runtime's metric service on a host flows in; memory use and duty
 * cycle of each device flow out as plain records.
 */
@NullMarked
package org.tflion.tpu.metrics;

import org.jspecify.annotations.NullMarked;
