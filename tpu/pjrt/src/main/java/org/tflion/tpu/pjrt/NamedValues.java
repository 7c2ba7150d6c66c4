package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arrays of named values: texts, integers, lists of integers, floats and truths. */
@SuppressWarnings("restricted") // the plugin vouches for the arrays it hands out
final class NamedValues {

  private static final int STRING = 0;
  private static final int INT64 = 1;
  private static final int INT64_LIST = 2;
  private static final int FLOAT = 3;
  private static final int BOOL = 4;

  /** Bytes from one value of an array to the next. */
  private static final long STRIDE = Struct.NAMED_VALUE.size();

  private NamedValues() {}

  /** Reads the array that two fields describe, in its order. */
  static Map<String, Object> read(Fields arguments, String array, String count) {
    MemorySegment start = arguments.pointer(array);
    Map<String, Object> values = new LinkedHashMap<>();
    for (long i = 0; i < arguments.number(count); i++) {
      long address = start.address() + i * STRIDE;
      Fields value = Struct.NAMED_VALUE.at(MemorySegment.ofAddress(address));
      values.put(value.text("name"), decode(value));
    }
    return Collections.unmodifiableMap(values);
  }

  private static Object decode(Fields value) {
    long bits = value.number("value");
    long size = value.number("value_size");
    MemorySegment target = MemorySegment.ofAddress(bits);
    return switch ((int) value.number("type")) {
      case STRING ->
          new String(
              target.reinterpret(size).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE),
              StandardCharsets.UTF_8);
      case INT64 -> bits;
      case INT64_LIST ->
          Arrays.stream(target.reinterpret(size * JAVA_LONG.byteSize()).toArray(JAVA_LONG))
              .boxed()
              .toList();
      case FLOAT -> Float.intBitsToFloat((int) bits);
      case BOOL -> (bits & 0xff) != 0;
      default -> "of unknown type " + value.number("type");
    };
  }

  /**
   * Writes texts, integers, lists of integers, floats and truths as an array; other values are
   * refused.
   */
  static MemorySegment write(Map<String, ?> values, Arena arena) {
    MemorySegment array = arena.allocate(Math.max(1, STRIDE * values.size()), 8);
    long offset = 0;
    for (Map.Entry<String, ?> entry : values.entrySet()) {
      Fields value = new Fields(Struct.NAMED_VALUE, array.asSlice(offset, STRIDE));
      MemorySegment name = arena.allocateFrom(entry.getKey());
      value.put("struct_size", STRIDE).put("name", name).put("name_size", name.byteSize() - 1);
      encode(entry.getKey(), entry.getValue(), value, arena);
      offset += STRIDE;
    }
    return array;
  }

  private static void encode(String name, Object object, Fields value, Arena arena) {
    switch (object) {
      case String text -> {
        MemorySegment chars = arena.allocateFrom(text);
        value.put("type", STRING).put("value", chars.address());
        value.put("value_size", chars.byteSize() - 1);
      }
      case Long number -> value.put("type", INT64).put("value", number).put("value_size", 1);
      case Integer number -> value.put("type", INT64).put("value", number).put("value_size", 1);
      case List<?> list -> {
        long[] numbers = list.stream().mapToLong(item -> ((Number) item).longValue()).toArray();
        MemorySegment items = arena.allocateFrom(JAVA_LONG, numbers);
        value.put("type", INT64_LIST).put("value", items.address());
        value.put("value_size", numbers.length);
      }
      case Float number ->
          value
              .put("type", FLOAT)
              .put("value", Float.floatToRawIntBits(number) & 0xffffffffL)
              .put("value_size", 1);
      case Boolean truth ->
          value.put("type", BOOL).put("value", truth ? 1 : 0).put("value_size", 1);
      default ->
          throw new IllegalArgumentException(
              "Client: option "
                  + name
                  + " must be a text, an integer, a list of integers, a float or a truth (got "
                  + object
                  + ")");
    }
  }
}
