package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tflion.tpu.Require;

/**
 * A tensor in the memory of one device.
 *
 * <p>A run that donates a buffer ends its life on the device; what is left to do is to close it.
 */
public final class Buffer implements AutoCloseable {

  private final Handle handle;

  Buffer(Handle handle) {
    this.handle = handle;
  }

  /**
   * Copies a tensor to a device and waits until its memory on the host is free again.
   *
   * @param device where to
   * @param type type of the elements
   * @param shape shape of the tensor; empty for a scalar
   * @param host its elements in row-major order, in native memory
   */
  static Buffer of(
      Handle client, Device device, ElementType type, List<Long> shape, MemorySegment host) {
    long elements = shape.stream().reduce(1L, Math::multiplyExact);
    Require.that(
        host.byteSize() == elements * type.bytes() && type != ElementType.INVALID,
        "Buffer: " + type + " elements of shape " + shape + " must take as many bytes as given",
        host.byteSize());
    try (Arena arena = Arena.ofConfined()) {
      long[] dims = shape.stream().mapToLong(Long::longValue).toArray();
      Fields arguments =
          Function.CLIENT_BUFFER_FROM_HOST_BUFFER
              .arguments()
              .allocate(arena)
              .put("client", client.address())
              .put("data", host)
              .put("type", type.number())
              .put("dims", arena.allocateFrom(JAVA_LONG, dims))
              .put("num_dims", dims.length)
              .put("device", device.address());
      client.api().call(Function.CLIENT_BUFFER_FROM_HOST_BUFFER, arguments);
      Buffer buffer =
          new Buffer(
              new Handle(client.api(), Function.BUFFER_DESTROY, arguments.pointer("buffer")));
      try {
        Event.await(client.api(), arguments.pointer("done_with_host_buffer"));
      } catch (PjrtException e) {
        buffer.close();
        throw e;
      }
      return buffer;
    }
  }

  MemorySegment address() {
    return handle.address();
  }

  /** Returns the type of the elements; {@code INVALID} for one that this package does not copy. */
  public ElementType type() {
    try (Arena arena = Arena.ofConfined()) {
      return ElementType.of(handle.call(Function.BUFFER_ELEMENT_TYPE, arena).number("type"));
    }
  }

  /** Returns the shape on this device. */
  public List<Long> shape() {
    try (Arena arena = Arena.ofConfined()) {
      Fields answer = handle.call(Function.BUFFER_DIMENSIONS, arena);
      return Arrays.stream(answer.numbers("dims", "num_dims")).boxed().toList();
    }
  }

  /** Returns whether the memory on the device is gone, because a run took it over. */
  public boolean isDonated() {
    try (Arena arena = Arena.ofConfined()) {
      return handle.call(Function.BUFFER_IS_DELETED, arena).number("is_deleted") != 0;
    }
  }

  /**
   * Copies the elements to the host, in row-major order, and waits until they are there.
   *
   * @return native memory that lives as long as the arena
   */
  public MemorySegment toHost(Arena arena) {
    return toHost(List.of(this), arena).get(0);
  }

  /** As {@link #toHost(Arena)}, of one or more at once: none waits for another. */
  static List<MemorySegment> toHost(List<Buffer> buffers, Arena arena) {
    Require.that(!buffers.isEmpty(), "Buffer: give one or more to copy", buffers);
    Api api = buffers.get(0).handle.api();
    List<MemorySegment> hosts = new ArrayList<>();
    List<MemorySegment> events = new ArrayList<>();
    try (Arena scratch = Arena.ofConfined()) {
      for (Buffer buffer : buffers) {
        MemorySegment host = arena.allocate(buffer.bytesOnHost(scratch), Long.BYTES);
        events.add(buffer.startCopy(host, scratch));
        hosts.add(host);
      }
    } catch (RuntimeException | Error e) {
      awaitAfter(e, api, events);
      throw e;
    }
    Event.awaitAll(api, events);
    return hosts;
  }

  /** What copies write to is freed after a failure, so none may still be under way. */
  private static void awaitAfter(Throwable failure, Api api, List<MemorySegment> events) {
    try {
      Event.awaitAll(api, events);
    } catch (PjrtException e) {
      failure.addSuppressed(e);
    }
  }

  private long bytesOnHost(Arena scratch) {
    return handle.call(Function.BUFFER_TO_HOST_BUFFER, "src", scratch).number("dst_size");
  }

  private MemorySegment startCopy(MemorySegment host, Arena scratch) {
    Fields copy =
        Function.BUFFER_TO_HOST_BUFFER
            .arguments()
            .allocate(scratch)
            .put("src", handle.address())
            .put("dst", host)
            .put("dst_size", host.byteSize());
    handle.api().call(Function.BUFFER_TO_HOST_BUFFER, copy);
    return copy.pointer("event");
  }

  @Override
  public void close() {
    handle.close();
  }
}
