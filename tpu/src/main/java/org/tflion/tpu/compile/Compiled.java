package org.tflion.tpu.compile;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;

/**
 * A program compiled for one slice, as one of its devices sees it.
 *
 * @param partitions number of devices that share the work
 * @param memory bytes that a device needs
 * @param cost operations and bytes of one run on a device
 * @param collectives what a device exchanges with others in one run
 * @param time that the compiler took
 * @param executable what a client of the same version of the plugin loads
 */
public record Compiled(
    int partitions,
    MemoryStats memory,
    Cost cost,
    List<Collective> collectives,
    Duration time,
    ByteString executable) {

  public Compiled {
    collectives = List.copyOf(collectives);
  }
}
