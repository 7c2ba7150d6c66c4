/**
 * Watching: what a run reports flows in; event files, an endpoint and a page of curves flow out.
 */
@NullMarked
package org.tflion.train.watch;

import org.jspecify.annotations.NullMarked;
