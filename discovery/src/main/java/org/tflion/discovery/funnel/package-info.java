/**
 * Which found programs hold on larger tasks: candidates and tasks flow in, survivors and curves
 * out.
 */
@NullMarked
package org.tflion.discovery.funnel;

import org.jspecify.annotations.NullMarked;
