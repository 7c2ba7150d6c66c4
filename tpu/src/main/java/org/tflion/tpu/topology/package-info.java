/**
 * Pure arithmetic on TPU slices: the name of a slice and a mesh flow in; chips, device order,
 * sharding bytes, per-shard shapes and peak rates flow out.
 */
@NullMarked
package org.tflion.tpu.topology;

import org.jspecify.annotations.NullMarked;
