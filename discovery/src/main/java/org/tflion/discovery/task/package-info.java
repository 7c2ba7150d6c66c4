/** What a program is judged by: a program flows in, its fitness on a learning problem flows out. */
@NullMarked
package org.tflion.discovery.task;

import org.jspecify.annotations.NullMarked;
