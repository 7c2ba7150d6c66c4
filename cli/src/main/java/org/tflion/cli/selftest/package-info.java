/** A folder to work in flows in; how the drills ended on this machine flows out. */
@NullMarked
package org.tflion.cli.selftest;

import org.jspecify.annotations.NullMarked;
