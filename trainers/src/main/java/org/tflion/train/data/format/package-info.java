/** Formats: files of text, JSON lines or TFRecords flow in, documents flow out, piece by piece. */
@NullMarked
package org.tflion.train.data.format;

import org.jspecify.annotations.NullMarked;
