/**
 * What TensorFlow Java has but does not show: a session on other processes.
 *
 * <p>Not null-marked as a whole, which would hold for all of TensorFlow Java's package.
 */
package org.tensorflow;
