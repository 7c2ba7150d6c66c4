package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.tflion.tpu.compile.Collective;
import org.tflion.tpu.compile.Cost;
import org.tflion.tpu.compile.MemoryStats;

/** A compiled program: its analyses and its serialized form. */
public final class Executable implements AutoCloseable {

  private final Handle handle;

  Executable(Handle handle) {
    this.handle = handle;
  }

  /** Returns the program's name. */
  public String name() {
    try (Arena arena = Arena.ofConfined()) {
      return handle.call(Function.EXECUTABLE_NAME, arena).text("executable_name");
    }
  }

  /** Returns into how many partitions the program is cut, one per device. */
  public int partitions() {
    return count(Function.EXECUTABLE_NUM_PARTITIONS, "num_partitions");
  }

  /** Returns how many results each device holds after a run. */
  public int outputs() {
    return count(Function.EXECUTABLE_NUM_OUTPUTS, "num_outputs");
  }

  private int count(Function function, String field) {
    try (Arena arena = Arena.ofConfined()) {
      return Math.toIntExact(handle.call(function, arena).number(field));
    }
  }

  /** Returns the device memory that one partition needs. */
  public MemoryStats memory() {
    try (Arena arena = Arena.ofConfined()) {
      Fields stats = handle.call(Function.EXECUTABLE_GET_COMPILED_MEMORY_STATS, arena);
      return new MemoryStats(
          stats.number("argument_size_in_bytes"),
          stats.number("output_size_in_bytes"),
          stats.number("alias_size_in_bytes"),
          stats.number("temp_size_in_bytes"),
          stats.number("generated_code_size_in_bytes"),
          stats.number("peak_memory_in_bytes"));
    }
  }

  /** Returns what the compiler expects one run of one partition to cost. */
  public Cost cost() {
    Map<String, Object> properties = costProperties();
    return new Cost(
        number(properties, "flops"),
        number(properties, "bytes accessed"),
        number(properties, "optimal_seconds"));
  }

  private static double number(Map<String, Object> properties, String name) {
    return properties.get(name) instanceof Number number ? number.doubleValue() : 0;
  }

  /** Returns everything that the compiler tells about costs, under its own names. */
  public Map<String, Object> costProperties() {
    try (Arena arena = Arena.ofConfined()) {
      Fields answer = handle.call(Function.EXECUTABLE_GET_COST_ANALYSIS, arena);
      return NamedValues.read(answer, "properties", "num_properties");
    }
  }

  /** Returns the program after partitioning and optimization. */
  public Program optimizedProgram() {
    try (Arena arena = Arena.ofConfined()) {
      Fields program = Struct.PROGRAM.allocate(arena);
      ask(program, arena); // states the size
      program.put("code", arena.allocate(program.number("code_size")));
      ask(program, arena); // fills the code
      return new Program(program.text("format"), program.bytes("code"));
    }
  }

  private void ask(Fields program, Arena arena) {
    Function function = Function.EXECUTABLE_OPTIMIZED_PROGRAM;
    Fields arguments =
        function
            .arguments()
            .allocate(arena)
            .put("executable", handle.address())
            .put("program", program.memory());
    handle.api().call(function, arguments);
  }

  /** Returns the collectives of the optimized program. */
  public List<Collective> collectives() {
    return Collectives.of(optimizedProgram());
  }

  /** Returns bytes that {@link Client#load} of the same plugin version turns back. */
  @SuppressWarnings("restricted") // the plugin's own deleter, by its documented signature
  public byte[] serialize() {
    try (Arena arena = Arena.ofConfined()) {
      Fields answer = handle.call(Function.EXECUTABLE_SERIALIZE, arena);
      byte[] bytes = answer.bytes("serialized_bytes");
      MemorySegment deleter = answer.pointer("serialized_executable_deleter");
      Linker.nativeLinker()
          .downcallHandle(deleter, FunctionDescriptor.ofVoid(ADDRESS))
          .invokeExact(answer.pointer("serialized_executable"));
      return bytes;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // the handle declares no checked exception
    }
  }

  @Override
  public void close() {
    handle.close();
  }
}
