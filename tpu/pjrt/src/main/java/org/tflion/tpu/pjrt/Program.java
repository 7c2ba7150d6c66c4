package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.tflion.tpu.Require;

/** A program and its format. */
public final class Program {

  /** A serialized {@code xla.HloModuleProto}. */
  public static final String HLO = "hlo";

  /** StableHLO, as text or as bytecode. */
  public static final String MLIR = "mlir";

  private final String format;
  private final byte[] code;

  /**
   * Holds a copy of a program.
   *
   * @param format {@link #HLO}, {@link #MLIR} or another that the plugin knows
   * @param code its bytes; not empty
   */
  public Program(String format, byte[] code) {
    Require.that(code.length > 0, "Program: the code must not be empty", code.length);
    this.format = format;
    this.code = code.clone();
  }

  /** Returns the format. */
  public String format() {
    return format;
  }

  /** Returns a copy of the bytes. */
  public byte[] code() {
    return code.clone();
  }

  /**
   * The bytes, and a zero that {@code code_size} does not count: the parser of StableHLO reads on
   * to it where a text breaks off, and ends the process if it finds none.
   */
  MemorySegment terminated(Arena arena) {
    MemorySegment bytes = arena.allocate(code.length + 1L);
    MemorySegment.copy(code, 0, bytes, JAVA_BYTE, 0, code.length);
    return bytes;
  }

  /** Returns the arguments of a function that compiles this program. */
  Fields pass(Function compile, CompileOptions options, Arena arena) {
    MemorySegment name = arena.allocateFrom(format);
    Fields program =
        Struct.PROGRAM
            .allocate(arena)
            .put("code", terminated(arena))
            .put("code_size", code.length)
            .put("format", name)
            .put("format_size", name.byteSize() - 1);
    byte[] bytes = options.toByteArray();
    return compile
        .arguments()
        .allocate(arena)
        .put("program", program.memory())
        .put("compile_options", arena.allocateFrom(JAVA_BYTE, bytes))
        .put("compile_options_size", bytes.length);
  }
}
