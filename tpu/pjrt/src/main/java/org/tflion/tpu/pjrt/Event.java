package org.tflion.tpu.pjrt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Something a device has yet to do. */
final class Event {

  private Event() {}

  /**
   * Waits for an event and frees it; null events have happened already.
   *
   * @throws PjrtException if what was waited for failed
   */
  static void await(Api api, MemorySegment event) {
    if (event.equals(MemorySegment.NULL)) {
      return;
    }
    try (Handle handle = new Handle(api, Function.EVENT_DESTROY, event);
        Arena arena = Arena.ofConfined()) {
      handle.call(Function.EVENT_AWAIT, arena);
    }
  }

  /** Waits for all, also after one failed: none may still write when memory is freed. */
  static void awaitAll(Api api, List<MemorySegment> events) {
    PjrtException failure = null;
    for (MemorySegment event : events) {
      try {
        await(api, event);
      } catch (PjrtException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
