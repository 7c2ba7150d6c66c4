package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import com.google.protobuf.InvalidProtocolBufferException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.wire.CompileOptionsProto;

/** The compiling half of the fake: topologies of four devices, and programs kept as they came. */
@SuppressWarnings("restricted") // it plays the native side
final class FakeCompiler {

  /** A program and into how many partitions it is cut. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Compiled(byte[] code, String format, int partitions) {}

  private final FakePlugin plugin;

  private FakeCompiler(FakePlugin plugin) {
    this.plugin = plugin;
  }

  static void install(FakePlugin plugin) {
    FakeCompiler compiler = new FakeCompiler(plugin);
    plugin.on(Function.PLUGIN_ATTRIBUTES, compiler::attributes);
    plugin.on(Function.TOPOLOGY_DESCRIPTION_CREATE, compiler::topology);
    plugin.frees(Function.TOPOLOGY_DESCRIPTION_DESTROY, "topology");
    plugin.on(Function.TOPOLOGY_DESCRIPTION_ATTRIBUTES, compiler::attributes);
    plugin.on(
        Function.TOPOLOGY_DESCRIPTION_PLATFORM_NAME,
        arguments -> plugin.putText(arguments, "platform_name", "fake"));
    plugin.on(
        Function.TOPOLOGY_DESCRIPTION_PLATFORM_VERSION,
        arguments -> plugin.putText(arguments, "platform_version", "1.2"));
    plugin.on(
        Function.TOPOLOGY_DESCRIPTION_GET_DEVICE_DESCRIPTIONS,
        arguments -> arguments.put("descriptions", handles(plugin, 4)).put("num_descriptions", 4));
    compiler.installDescriptions();
    plugin.on(
        Function.COMPILE,
        arguments -> arguments.put("executable", plugin.make(compiled(arguments))));
    compiler.installExecutables();
  }

  /** Returns an array of the handles 1, 2, ... which stand for devices and their descriptions. */
  static MemorySegment handles(FakePlugin plugin, int count) {
    MemorySegment array = plugin.arena.allocate(ADDRESS, count);
    for (int i = 0; i < count; i++) {
      array.setAtIndex(ADDRESS, i, MemorySegment.ofAddress(i + 1L));
    }
    return array;
  }

  private void topology(Fields arguments) {
    String name = arguments.text("topology_name");
    if (!name.startsWith("fake:") && !name.startsWith("v5e:")) {
      throw new FakePlugin.Failure(StatusCode.INVALID_ARGUMENT, "unknown topology " + name);
    }
    arguments.put("topology", plugin.make(name));
  }

  private void attributes(Fields arguments) {
    Map<String, Object> values =
        Map.of("coords", List.of(1L, 0L, 2L), "name", "fake", "cores", 2L, "on", true);
    arguments
        .put("attributes", NamedValues.write(values, plugin.arena))
        .put("num_attributes", values.size());
  }

  private void installDescriptions() {
    plugin.on(
        Function.DEVICE_DESCRIPTION_ID,
        arguments -> arguments.put("id", arguments.pointer("device_description").address() - 1));
    plugin.on(
        Function.DEVICE_DESCRIPTION_PROCESS_INDEX, arguments -> arguments.put("process_index", 3));
    plugin.on(
        Function.DEVICE_DESCRIPTION_KIND,
        arguments -> plugin.putText(arguments, "device_kind", "Fake v1"));
    plugin.on(
        Function.DEVICE_DESCRIPTION_TO_STRING,
        arguments -> plugin.putText(arguments, "to_string", "a fake device"));
    plugin.on(Function.DEVICE_DESCRIPTION_ATTRIBUTES, this::attributes);
  }

  static Compiled compiled(Fields arguments) {
    Fields program = Struct.PROGRAM.at(arguments.pointer("program"));
    try {
      var options = CompileOptionsProto.parseFrom(arguments.bytes("compile_options"));
      var build = options.getExecutableBuildOptions();
      return new Compiled(
          program.bytes("code"), program.text("format"), (int) build.getNumPartitions());
    } catch (InvalidProtocolBufferException e) {
      throw new FakePlugin.Failure(StatusCode.INVALID_ARGUMENT, "bad compile options");
    }
  }

  private void installExecutables() {
    plugin.frees(Function.EXECUTABLE_DESTROY, "executable");
    plugin.on(
        Function.EXECUTABLE_NAME,
        arguments -> plugin.putText(arguments, "executable_name", "step"));
    plugin.on(
        Function.EXECUTABLE_NUM_PARTITIONS,
        arguments -> arguments.put("num_partitions", of(arguments).partitions()));
    plugin.on(Function.EXECUTABLE_NUM_OUTPUTS, arguments -> arguments.put("num_outputs", 1));
    plugin.on(
        Function.EXECUTABLE_GET_COMPILED_MEMORY_STATS,
        arguments ->
            arguments
                .put("argument_size_in_bytes", 100)
                .put("output_size_in_bytes", 90)
                .put("alias_size_in_bytes", 80)
                .put("temp_size_in_bytes", 70)
                .put("generated_code_size_in_bytes", 60)
                .put("peak_memory_in_bytes", 150));
    plugin.on(
        Function.EXECUTABLE_GET_COST_ANALYSIS,
        arguments -> {
          Map<String, Float> costs =
              Map.of("flops", 1e6f, "bytes accessed", 2e5f, "optimal_seconds", 0.5f);
          arguments
              .put("properties", NamedValues.write(costs, plugin.arena))
              .put("num_properties", costs.size());
        });
    plugin.on(Function.EXECUTABLE_OPTIMIZED_PROGRAM, this::optimizedProgram);
    plugin.on(Function.EXECUTABLE_SERIALIZE, this::serialize);
  }

  private Compiled of(Fields arguments) {
    return plugin.get(arguments, "executable", Compiled.class);
  }

  private void optimizedProgram(Fields arguments) {
    Compiled compiled = of(arguments);
    Fields program = Struct.PROGRAM.at(arguments.pointer("program"));
    plugin.putText(program, "format", compiled.format());
    MemorySegment code = program.pointer("code");
    if (!code.equals(MemorySegment.NULL)) {
      MemorySegment.copy(
          compiled.code(),
          0,
          code.reinterpret(compiled.code().length),
          JAVA_BYTE,
          0,
          compiled.code().length);
    }
    program.put("code_size", compiled.code().length);
  }

  private void serialize(Fields arguments) {
    Compiled compiled = of(arguments);
    MemorySegment owner = plugin.make("serialized");
    arguments
        .put("serialized_bytes", plugin.bytes(compiled.code()))
        .put("serialized_bytes_size", compiled.code().length)
        .put("serialized_executable", owner)
        .put("serialized_executable_deleter", deleter(plugin.arena));
  }

  private MemorySegment deleter(Arena arena) {
    try {
      MethodHandle delete =
          MethodHandles.lookup()
              .bind(this, "delete", MethodType.methodType(void.class, MemorySegment.class));
      return Linker.nativeLinker().upcallStub(delete, FunctionDescriptor.ofVoid(ADDRESS), arena);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a method of this class is missing", e);
    }
  }

  void delete(MemorySegment serialized) {
    plugin.live().remove(serialized.address());
  }
}
