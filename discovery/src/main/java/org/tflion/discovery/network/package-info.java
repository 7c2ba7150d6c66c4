/**
 * Small networks trained in plain Java: batches and weights flow in, losses and gradients flow out.
 *
 * <p>Matrices are arrays of rows. The virtual machine vectorises a loop over whole arrays, and does
 * not vectorise one over parts of a flat array, which it cannot prove distinct: rows run several
 * times faster.
 */
@NullMarked
package org.tflion.discovery.network;

import org.jspecify.annotations.NullMarked;
