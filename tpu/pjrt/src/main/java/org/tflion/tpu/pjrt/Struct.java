package org.tflion.tpu.pjrt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The layout of a C struct that starts, as every PJRT struct does, with its own size and a chain of
 * extensions.
 *
 * @param fields the fields by name, in order
 * @param size bytes up to the end of the last field, which is what PJRT calls the struct's size
 */
record Struct(Map<String, Field> fields, long size) {

  /**
   * A field.
   *
   * @param offset bytes from the start of the struct
   * @param width bytes of the field, which is also its alignment
   */
  record Field(long offset, int width) {}

  private static final String HEAD = "n:struct_size p:extension_start ";

  /** A string, a number, a list of numbers or a truth, under a name. */
  static final Struct NAMED_VALUE = of("p:name n:name_size i:type l:value n:value_size");

  /** A program in one of the formats that a plugin reads. */
  static final Struct PROGRAM = of("p:code n:code_size p:format n:format_size");

  /** What one execution may be told. */
  static final Struct EXECUTE_OPTIONS =
      of(
          "p:send_callbacks p:recv_callbacks n:num_send_ops n:num_recv_ops i:launch_id "
              + "p:non_donatable_input_indices n:num_non_donatable_input_indices p:context "
              + "p:call_location n:num_tasks p:task_ids p:incarnation_ids");

  /**
   * Lays out fields as a C compiler does on a 64-bit machine.
   *
   * @param text space-separated {@code kind:name}; kinds are {@code p} (pointer), {@code n}
   *     (size_t), {@code l} (int64_t), {@code i} (int or enum) and {@code b} (bool)
   */
  static Struct of(String text) {
    Map<String, Field> fields = new LinkedHashMap<>();
    long end = 0;
    for (String field : (HEAD + text).strip().split(" ", -1)) {
      int width =
          switch (field.charAt(0)) {
            case 'b' -> 1;
            case 'i' -> 4;
            default -> 8;
          };
      long offset = (end + width - 1) / width * width;
      fields.put(field.substring(2), new Field(offset, width));
      end = offset + width;
    }
    return new Struct(Collections.unmodifiableMap(fields), end);
  }

  /** Returns the name of the first field after the head; empty if there is none. */
  String first() {
    return fields.keySet().stream().skip(2).findFirst().orElse("");
  }

  /** Returns a struct of zeros that states its own size; it lives as long as the arena. */
  Fields allocate(Arena arena) {
    Fields struct = new Fields(this, arena.allocate(size, 8));
    struct.put("struct_size", size);
    return struct;
  }

  /** Returns the struct at an address that a plugin handed out. */
  @SuppressWarnings("restricted") // the plugin vouches for the memory behind its own structs
  Fields at(MemorySegment address) {
    return new Fields(this, address.reinterpret(size));
  }
}
