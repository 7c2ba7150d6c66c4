/** Named parameters and a batch flow in, a scalar loss flows out; no optimizer, shard or file. */
@NullMarked
package org.tflion.train.model;

import org.jspecify.annotations.NullMarked;
