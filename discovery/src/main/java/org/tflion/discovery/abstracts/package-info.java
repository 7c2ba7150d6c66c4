/**
 * What can be known of a program without running it: a program flows in, and out flow its shapes,
 * its live statements, its functional hash, or the reason why it is wrong.
 */
@NullMarked
package org.tflion.discovery.abstracts;

import org.jspecify.annotations.NullMarked;
