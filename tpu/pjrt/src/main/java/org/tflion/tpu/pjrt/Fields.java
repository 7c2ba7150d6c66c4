package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A struct in native memory, read and written by the names of its fields.
 *
 * @param struct its layout
 * @param memory its bytes
 */
record Fields(Struct struct, MemorySegment memory) {

  private Struct.Field field(String name) {
    Struct.Field field = struct.fields().get(name);
    if (field == null) {
      throw new IllegalStateException("Fields: no field " + name + " among " + struct.fields());
    }
    return field;
  }

  Fields put(String name, MemorySegment pointer) {
    memory.set(ADDRESS, field(name).offset(), pointer);
    return this;
  }

  Fields put(String name, long value) {
    Struct.Field field = field(name);
    switch (field.width()) {
      case 1 -> memory.set(JAVA_BYTE, field.offset(), (byte) value);
      case 4 -> memory.set(JAVA_INT, field.offset(), Math.toIntExact(value));
      default -> memory.set(JAVA_LONG, field.offset(), value);
    }
    return this;
  }

  MemorySegment pointer(String name) {
    return memory.get(ADDRESS, field(name).offset());
  }

  long number(String name) {
    Struct.Field field = field(name);
    return switch (field.width()) {
      case 1 -> memory.get(JAVA_BYTE, field.offset());
      case 4 -> memory.get(JAVA_INT, field.offset());
      default -> memory.get(JAVA_LONG, field.offset());
    };
  }

  /** Returns a copy of the bytes that a pointer and a size, {@code name_size}, describe. */
  byte[] bytes(String name) {
    return view(pointer(name), number(name + "_size")).toArray(JAVA_BYTE);
  }

  String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  /** Returns the pointers of an array of {@code count} of them. */
  List<MemorySegment> pointers(String name, String count) {
    MemorySegment array = view(pointer(name), number(count) * ADDRESS.byteSize());
    List<MemorySegment> pointers = new ArrayList<>();
    for (int i = 0; i < number(count); i++) {
      pointers.add(array.getAtIndex(ADDRESS, i));
    }
    return pointers;
  }

  /** Returns the numbers of an array of {@code count} of them. */
  long[] numbers(String name, String count) {
    return view(pointer(name), number(count) * JAVA_LONG.byteSize()).toArray(JAVA_LONG);
  }

  @SuppressWarnings("restricted") // the plugin vouches for the size it states
  private static MemorySegment view(MemorySegment start, long size) {
    return size == 0 ? MemorySegment.NULL : start.reinterpret(size);
  }
}
