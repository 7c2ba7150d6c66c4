package org.tflion.tpu.pjrt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Compares the computed layouts with the offsets that a C++ compiler gives the structs of {@code
 * pjrt_c_api.h} 0.90 ({@code offsetof} and {@code PJRT_..._STRUCT_SIZE}, g++ 12, x86-64).
 */
class LayoutTest {

  /** Offsets by struct and field; field {@code =} is the size of the struct. */
  private static Map<String, Map<String, Long>> compiled() throws IOException {
    try (InputStream in = LayoutTest.class.getResourceAsStream("layout-0.90.txt")) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
      return lines.stream()
          .map(line -> line.split(" ", -1))
          .collect(
              Collectors.groupingBy(
                  words -> words[0],
                  TreeMap::new,
                  Collectors.toMap(words -> words[1], words -> Long.valueOf(words[2]))));
    }
  }

  @Test
  void everyFunctionStandsWhereTheCompilerPutsIt() throws IOException {
    Map<String, Long> table = compiled().get("PJRT_Api");
    Map<String, Long> computed =
        Arrays.stream(Function.values())
            .collect(Collectors.toMap(Function::symbol, Function::offset));
    assertThat(computed).isEqualTo(table).hasSize(128);
  }

  @Test
  void everyArgumentFieldStandsWhereTheCompilerPutsIt() throws IOException {
    Map<String, Map<String, Long>> compiled = compiled();
    Map<String, Struct> used =
        Arrays.stream(Function.values())
            .filter(Function::isUsed)
            .collect(
                Collectors.toMap(f -> f.symbol().replaceFirst("PJRT_", ""), Function::arguments));
    assertThat(used).hasSizeGreaterThan(40);
    used.forEach((name, struct) -> assertSame(name, struct, requireNonNull(compiled.get(name))));
  }

  @Test
  void otherStructsStandWhereTheCompilerPutsThem() throws IOException {
    Map<String, Map<String, Long>> compiled = compiled();
    assertSame("Program", Struct.PROGRAM, requireNonNull(compiled.get("Program")));
    assertSame(
        "ExecuteOptions", Struct.EXECUTE_OPTIONS, requireNonNull(compiled.get("ExecuteOptions")));
    Map<String, Long> named = requireNonNull(compiled.get("NamedValue"));
    named.put("value", requireNonNull(named.remove("string_value"))); // a member of a union of five
    assertSame("NamedValue", Struct.NAMED_VALUE, named);
  }

  private static void assertSame(String name, Struct struct, Map<String, Long> expected) {
    Map<String, Long> computed = new TreeMap<>();
    struct.fields().forEach((field, place) -> computed.put(field, place.offset()));
    computed.put("=", struct.size());
    assertThat(computed).as(name).isEqualTo(expected);
  }
}
