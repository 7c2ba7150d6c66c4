/**
 * Main class and arguments flow in; the command line of a child with this JVM's options flows out.
 */
@NullMarked
package org.tflion.cli.process;

import org.jspecify.annotations.NullMarked;
