/** A cluster of Spark and a config flow in; workers, a run over them and its last loss flow out. */
@NullMarked
package org.tflion.spark;

import org.jspecify.annotations.NullMarked;
