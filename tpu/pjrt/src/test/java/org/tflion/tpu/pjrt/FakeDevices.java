package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.tflion.tpu.StatusCode;

/**
 * The running half of the fake: two devices that add one to the floats of their first argument,
 * which the program aliases to its result.
 */
@SuppressWarnings("restricted") // it plays the native side
final class FakeDevices {

  private static final int DEVICES = 2;

  /** A tensor on a device. */
  private static final class Tensor {
    final byte[] bytes;
    final long type;
    final long[] dims;
    boolean donated;

    Tensor(byte[] bytes, long type, long[] dims) {
      this.bytes = bytes;
      this.type = type;
      this.dims = dims;
    }
  }

  private final FakePlugin plugin;

  private FakeDevices(FakePlugin plugin) {
    this.plugin = plugin;
  }

  static void install(FakePlugin plugin) {
    FakeDevices devices = new FakeDevices(plugin);
    plugin.on(Function.CLIENT_CREATE, arguments -> arguments.put("client", plugin.make("client")));
    plugin.frees(Function.CLIENT_DESTROY, "client");
    plugin.on(
        Function.CLIENT_PLATFORM_NAME,
        arguments -> plugin.putText(arguments, "platform_name", "fake"));
    plugin.on(
        Function.CLIENT_PLATFORM_VERSION,
        arguments -> plugin.putText(arguments, "platform_version", "1.2"));
    plugin.on(
        Function.CLIENT_ADDRESSABLE_DEVICES,
        arguments ->
            arguments
                .put("addressable_devices", FakeCompiler.handles(plugin, DEVICES))
                .put("num_addressable_devices", DEVICES));
    plugin.on(
        Function.DEVICE_GET_DESCRIPTION,
        arguments -> arguments.put("device_description", arguments.pointer("device")));
    plugin.on(
        Function.DEVICE_MEMORY_STATS,
        arguments ->
            arguments
                .put("bytes_in_use", 64)
                .put("bytes_limit", 1024)
                .put("bytes_limit_is_set", 1));
    plugin.frees(Function.EVENT_DESTROY, "event");
    plugin.on(Function.EVENT_AWAIT, arguments -> {});
    devices.installBuffers();
    devices.installExecutables();
  }

  private void installBuffers() {
    plugin.on(Function.CLIENT_BUFFER_FROM_HOST_BUFFER, this::fromHost);
    plugin.frees(Function.BUFFER_DESTROY, "buffer");
    plugin.on(Function.BUFFER_ELEMENT_TYPE, arguments -> arguments.put("type", of(arguments).type));
    plugin.on(
        Function.BUFFER_DIMENSIONS,
        arguments ->
            arguments
                .put("dims", plugin.arena.allocateFrom(JAVA_LONG, of(arguments).dims))
                .put("num_dims", of(arguments).dims.length));
    plugin.on(
        Function.BUFFER_IS_DELETED,
        arguments -> arguments.put("is_deleted", of(arguments).donated ? 1 : 0));
    plugin.on(Function.BUFFER_TO_HOST_BUFFER, this::toHost);
  }

  private Tensor of(Fields arguments) {
    return plugin.get(arguments, "buffer", Tensor.class);
  }

  private void fromHost(Fields arguments) {
    long[] dims = arguments.numbers("dims", "num_dims");
    ElementType type = ElementType.of(arguments.number("type"));
    long size = type.bytes() * Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    byte[] bytes = arguments.pointer("data").reinterpret(size).toArray(JAVA_BYTE);
    arguments
        .put("buffer", plugin.make(new Tensor(bytes, type.number(), dims)))
        .put("done_with_host_buffer", plugin.make("event"));
  }

  private void toHost(Fields arguments) {
    Tensor tensor = plugin.get(arguments, "src", Tensor.class);
    if (tensor.donated) {
      throw new FakePlugin.Failure(
          StatusCode.INVALID_ARGUMENT, "Buffer has been deleted or donated.");
    }
    MemorySegment target = arguments.pointer("dst");
    if (target.equals(MemorySegment.NULL)) {
      arguments.put("dst_size", tensor.bytes.length);
      return;
    }
    MemorySegment.copy(
        tensor.bytes,
        0,
        target.reinterpret(tensor.bytes.length),
        JAVA_BYTE,
        0,
        tensor.bytes.length);
    arguments.put("event", plugin.make("event"));
  }

  private void installExecutables() {
    plugin.on(
        Function.CLIENT_COMPILE,
        arguments -> arguments.put("executable", plugin.make(FakeCompiler.compiled(arguments))));
    plugin.on(
        Function.EXECUTABLE_DESERIALIZE_AND_LOAD,
        arguments -> {
          byte[] code = arguments.bytes("serialized_executable");
          var compiled = new FakeCompiler.Compiled(code, Program.HLO, DEVICES);
          arguments.put("loaded_executable", plugin.make(compiled));
        });
    plugin.on(
        Function.LOADED_EXECUTABLE_GET_EXECUTABLE,
        arguments ->
            arguments.put(
                "executable",
                plugin.make(
                    plugin.get(arguments, "loaded_executable", FakeCompiler.Compiled.class))));
    plugin.frees(Function.LOADED_EXECUTABLE_DESTROY, "executable");
    plugin.on(Function.LOADED_EXECUTABLE_EXECUTE, this::execute);
  }

  private void execute(Fields arguments) {
    int devices = (int) arguments.number("num_devices");
    Fields options = Struct.EXECUTE_OPTIONS.at(arguments.pointer("options"));
    long[] kept = options.numbers("non_donatable_input_indices", "num_non_donatable_input_indices");
    boolean donate = Arrays.stream(kept).noneMatch(index -> index == 0);
    MemorySegment in = array(arguments.pointer("argument_lists"), devices);
    MemorySegment out = array(arguments.pointer("output_lists"), devices);
    MemorySegment events = array(arguments.pointer("device_complete_events"), devices);
    for (int device = 0; device < devices; device++) {
      MemorySegment first = array(in.getAtIndex(ADDRESS, device), 1).get(ADDRESS, 0);
      Tensor argument = plugin.get(first, Tensor.class);
      array(out.getAtIndex(ADDRESS, device), 1).set(ADDRESS, 0, plugin.make(plusOne(argument)));
      argument.donated = donate;
      events.setAtIndex(ADDRESS, device, plugin.make("event"));
    }
  }

  private static MemorySegment array(MemorySegment start, int length) {
    return start.reinterpret(length * ADDRESS.byteSize());
  }

  private static Tensor plusOne(Tensor tensor) {
    MemorySegment copy = MemorySegment.ofArray(new float[tensor.bytes.length / Float.BYTES]);
    copy.copyFrom(MemorySegment.ofArray(tensor.bytes));
    for (int i = 0; i < copy.byteSize() / Float.BYTES; i++) {
      copy.setAtIndex(JAVA_FLOAT, i, copy.getAtIndex(JAVA_FLOAT, i) + 1);
    }
    return new Tensor(copy.toArray(JAVA_BYTE), tensor.type, tensor.dims);
  }
}
