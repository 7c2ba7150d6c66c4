/**
 * A model, a mesh and workers flow in; a step flows out whose weights and slots lie in pieces, one
 * on each worker.
 */
@NullMarked
package org.tflion.train.shard;

import org.jspecify.annotations.NullMarked;
