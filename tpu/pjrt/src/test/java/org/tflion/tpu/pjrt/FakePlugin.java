package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.tflion.tpu.StatusCode;

/**
 * A plugin whose functions are Java methods: a table of upcall stubs, the live objects it handed
 * out, and errors on demand. It checks what a plugin may check: struct sizes and double frees.
 */
@SuppressWarnings("restricted") // it plays the native side
final class FakePlugin implements AutoCloseable {

  /** A call that fails. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient StatusCode code;

    Failure(StatusCode code, String text) {
      super(text);
      this.code = code;
    }
  }

  private static final int HEADER = 40;
  private static final FunctionDescriptor CALL = FunctionDescriptor.of(ADDRESS, ADDRESS);
  private static final FunctionDescriptor CALL_VOID = FunctionDescriptor.ofVoid(ADDRESS);

  final Arena arena = Arena.ofShared();
  final MemorySegment table;
  private final Map<Function, Consumer<Fields>> bodies = new EnumMap<>(Function.class);
  private final Map<Function, Failure> failures = new EnumMap<>(Function.class);
  private final Map<Long, Object> live = new HashMap<>();
  private final StringBuilder bugs = new StringBuilder();
  private long next = 0x1000;

  FakePlugin() {
    long size = HEADER + 8L * Function.values().length;
    table = arena.allocate(size, 8);
    version(size, 0, 112);
    on(Function.PLUGIN_INITIALIZE, arguments -> {});
    on(Function.ERROR_MESSAGE, this::message);
    on(
        Function.ERROR_GET_CODE,
        arguments -> arguments.put("code", get(arguments, "error", Failure.class).code.number()));
    frees(Function.ERROR_DESTROY, "error");
    FakeCompiler.install(this);
    FakeDevices.install(this);
  }

  void version(long size, int major, int minor) {
    table.set(JAVA_LONG, 0, size);
    table.set(JAVA_INT, 32, major);
    table.set(JAVA_INT, 36, minor);
  }

  Plugin load() {
    return Plugin.of("fake", table);
  }

  /** Fills an entry of the table. */
  void on(Function function, Consumer<Fields> body) {
    bodies.put(function, body);
    boolean isVoid = function == Function.ERROR_DESTROY || function == Function.ERROR_MESSAGE;
    try {
      MethodHandle handle =
          MethodHandles.lookup()
              .bind(
                  this,
                  isVoid ? "runVoid" : "run",
                  MethodType.methodType(
                      isVoid ? void.class : MemorySegment.class,
                      Function.class,
                      MemorySegment.class));
      table.set(
          ADDRESS,
          function.offset(),
          Linker.nativeLinker()
              .upcallStub(
                  MethodHandles.insertArguments(handle, 0, function),
                  isVoid ? CALL_VOID : CALL,
                  arena));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a method of this class is missing", e);
    }
  }

  void remove(Function function) {
    table.set(ADDRESS, function.offset(), MemorySegment.NULL);
  }

  void fail(Function function, StatusCode code, String text) {
    failures.put(function, new Failure(code, text));
  }

  void repair() {
    failures.clear();
  }

  /** Fills an entry with a function that frees the object in a field. */
  void frees(Function function, String field) {
    on(
        function,
        arguments -> {
          if (live.remove(arguments.pointer(field).address()) == null) {
            bugs.append(function).append(" of an object that is not alive\n");
          }
        });
  }

  /** Returns the handle of a new object. */
  synchronized MemorySegment make(Object object) {
    next += 16;
    live.put(next, object);
    return MemorySegment.ofAddress(next);
  }

  <T> T get(Fields arguments, String field, Class<T> type) {
    return get(arguments.pointer(field), type);
  }

  <T> T get(MemorySegment handle, Class<T> type) {
    return type.cast(requireNonNull(live.get(handle.address()), "the object is not alive"));
  }

  /** Returns the objects that nobody freed. */
  Map<Long, Object> live() {
    return live;
  }

  /** Returns what no plugin should see, in words; empty if all is well. */
  String bugs() {
    return bugs.toString();
  }

  void putText(Fields arguments, String field, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    arguments.put(field, bytes(bytes)).put(field + "_size", bytes.length);
  }

  MemorySegment bytes(byte[] bytes) {
    return arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, bytes);
  }

  private void message(Fields arguments) {
    putText(
        arguments, "message", String.valueOf(get(arguments, "error", Failure.class).getMessage()));
  }

  /** Runs a body; nothing may be thrown across an upcall, so everything becomes an error. */
  MemorySegment run(Function function, MemorySegment address) {
    try {
      Fields arguments = function.arguments().at(address);
      if (arguments.number("struct_size") < function.arguments().size()) {
        bugs.append(function).append(" with a struct that is too small\n");
      }
      Failure failure = failures.get(function);
      if (failure != null) {
        return make(failure);
      }
      requireNonNull(bodies.get(function)).accept(arguments);
      return MemorySegment.NULL;
    } catch (Failure e) {
      return make(e);
    } catch (Throwable e) {
      bugs.append(function).append(": ").append(e).append('\n');
      return make(new Failure(StatusCode.INTERNAL, String.valueOf(e)));
    }
  }

  /** As {@link #run}, for functions that cannot fail. */
  void runVoid(Function function, MemorySegment address) {
    run(function, address);
  }

  @Override
  public void close() {
    arena.close();
  }
}
