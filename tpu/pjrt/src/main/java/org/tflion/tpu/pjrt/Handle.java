package org.tflion.tpu.pjrt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An object that a plugin made for us: destroyed exactly once, and refused after that. */
final class Handle implements AutoCloseable {

  private final Api api;
  private final Function destroy;
  private final MemorySegment address;
  private boolean closed;

  /**
   * Owns an object.
   *
   * @param api the plugin
   * @param destroy the function that frees the object
   * @param address the object
   */
  Handle(Api api, Function destroy, MemorySegment address) {
    this.api = api;
    this.destroy = destroy;
    this.address = address;
  }

  Api api() {
    return api;
  }

  /**
   * Returns the object.
   *
   * @throws IllegalStateException if it is closed
   */
  synchronized MemorySegment address() {
    if (closed) {
      String name = destroy.symbol().replace("PJRT_", "").replace("_Destroy", "");
      throw new IllegalStateException(name + ": it is closed; use it before close()");
    }
    return address;
  }

  /** Calls a function with the object in the field that its destructor uses. */
  Fields call(Function function, Arena arena) {
    return call(function, destroy.object(), arena);
  }

  /** Calls a function with the object in a field, and returns the struct with the answers. */
  Fields call(Function function, String field, Arena arena) {
    Fields arguments = function.arguments().allocate(arena).put(field, address());
    api.call(function, arguments);
    return arguments;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    api.free(destroy, address);
  }
}
