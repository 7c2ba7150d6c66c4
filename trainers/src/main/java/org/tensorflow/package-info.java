/** What TensorFlow Java has but does not show: a session on other processes. */
@org.jspecify.annotations.NullMarked
package org.tensorflow;
