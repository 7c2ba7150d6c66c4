package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.EnumMap;
import java.util.Map;
import org.tflion.tpu.Require;
import org.tflion.tpu.StatusCode;

/**
 * The function table of a loaded plugin.
 *
 * <p>Every function takes the address of one struct and returns an error or null, so two downcall
 * shapes serve them all. Before each call the table's stated size and the entry itself are checked.
 */
@SuppressWarnings("restricted") // calling native code is what this class is for
final class Api {

  /** The only major version there has been; another one means another layout. */
  static final int MAJOR = 0;

  /** Minor version of the header behind {@link Function}; older plugins lack fields we read. */
  static final int MINOR = 90;

  private static final MethodHandle CALL =
      Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ADDRESS, ADDRESS));
  private static final MethodHandle CALL_VOID =
      Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(ADDRESS));

  private final String name;
  private final MemorySegment table;
  private final int minor;
  private final Map<Function, Fields> kept = new EnumMap<>(Function.class);

  /**
   * Checks the table's version.
   *
   * @param name what the plugin is called in messages
   * @param table address of the table
   * @throws IllegalArgumentException if the plugin speaks a version that this package does not
   */
  Api(String name, MemorySegment table) {
    Require.that(
        !table.equals(MemorySegment.NULL), "Plugin: GetPjrtApi must return a table", "null");
    MemorySegment head = table.reinterpret(Function.ERROR_DESTROY.offset());
    long size = head.get(JAVA_LONG, 0);
    int major = head.get(JAVA_INT, 32);
    this.minor = head.get(JAVA_INT, 36);
    this.name = name;
    Require.that(
        major == MAJOR && minor >= MINOR && size >= head.byteSize(),
        "Plugin: "
            + name
            + " must speak PJRT C API "
            + MAJOR
            + ".x with x at least "
            + MINOR
            + "; use a plugin from 2026 or later of major version "
            + MAJOR,
        major + "." + minor + ", table of " + size + " bytes");
    this.table = table.reinterpret(size);
  }

  String name() {
    return name;
  }

  int minor() {
    return minor;
  }

  /**
   * Calls a function.
   *
   * @throws PjrtException if the plugin lacks it or it fails
   */
  void call(Function function, Fields arguments) {
    MemorySegment error = invoke(function, arguments);
    if (!error.equals(MemorySegment.NULL)) {
      throw exception(function.symbol(), error);
    }
  }

  /**
   * Calls a function that frees an object. A step frees hundreds, so the struct is kept for the
   * next.
   *
   * @throws PjrtException if the plugin lacks it or it fails
   */
  void free(Function function, MemorySegment object) {
    synchronized (kept) {
      Fields arguments =
          kept.computeIfAbsent(function, each -> each.arguments().allocate(Arena.ofAuto()));
      call(function, arguments.put(function.object(), object));
    }
  }

  /** Turns an error into an exception with the plugin's text, and destroys the error. */
  PjrtException exception(String who, MemorySegment error) {
    try (Arena arena = Arena.ofConfined()) {
      Fields message = Function.ERROR_MESSAGE.arguments().allocate(arena).put("error", error);
      invokeVoid(Function.ERROR_MESSAGE, message);
      String text = message.text("message");
      Fields code = Function.ERROR_GET_CODE.arguments().allocate(arena).put("error", error);
      MemorySegment second = invoke(Function.ERROR_GET_CODE, code);
      boolean known = second.equals(MemorySegment.NULL);
      if (!known) {
        destroy(second, arena);
      }
      destroy(error, arena);
      return new PjrtException(
          known ? StatusCode.of(code.number("code")) : StatusCode.UNKNOWN, who + ": " + text);
    }
  }

  private void destroy(MemorySegment error, Arena arena) {
    invokeVoid(
        Function.ERROR_DESTROY,
        Function.ERROR_DESTROY.arguments().allocate(arena).put("error", error));
  }

  private MemorySegment entry(Function function) {
    boolean listed = function.offset() + ADDRESS.byteSize() <= table.byteSize();
    MemorySegment entry = listed ? table.get(ADDRESS, function.offset()) : MemorySegment.NULL;
    if (entry.equals(MemorySegment.NULL)) {
      throw new PjrtException(
          StatusCode.UNIMPLEMENTED,
          "Plugin: " + name + " (API " + MAJOR + "." + minor + ") lacks " + function.symbol());
    }
    return entry;
  }

  private MemorySegment invoke(Function function, Fields arguments) {
    try {
      return (MemorySegment) CALL.invokeExact(entry(function), arguments.memory());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // the handle declares no checked exception
    }
  }

  private void invokeVoid(Function function, Fields arguments) {
    try {
      CALL_VOID.invokeExact(entry(function), arguments.memory());
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // the handle declares no checked exception
    }
  }
}
