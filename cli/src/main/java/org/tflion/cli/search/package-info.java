/**
 * What the command {@code search} does: settings flow in, a folder with the log of a search and its
 * report flow out.
 */
@NullMarked
package org.tflion.cli.search;

import org.jspecify.annotations.NullMarked;
