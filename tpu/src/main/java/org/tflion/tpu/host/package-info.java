/**
 * Where this process runs: environment variables, the metadata server and the PCI bus flow in; one
 * {@link org.tflion.tpu.host.TpuHost} and notices of the machine's end flow out.
 */
@NullMarked
package org.tflion.tpu.host;

import org.jspecify.annotations.NullMarked;
