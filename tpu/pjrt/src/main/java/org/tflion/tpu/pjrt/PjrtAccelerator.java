package org.tflion.tpu.pjrt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.run.Accelerator;
import org.tflion.tpu.run.AcceleratorException;
import org.tflion.tpu.run.DeviceTensor;
import org.tflion.tpu.run.LoadedProgram;

/**
 * The first device of a client.
 *
 * @param client which it closes
 */
record PjrtAccelerator(Client client) implements Accelerator {

  /** Number of {@code BF16} in {@code xla.PrimitiveType}; up to {@code F64} both lists agree. */
  private static final int XLA_BF16 = 16;

  /** A compiled program. */
  private record Loaded(LoadedExecutable executable) implements LoadedProgram {

    @Override
    public List<DeviceTensor> run(List<DeviceTensor> arguments) {
      List<Buffer> buffers =
          arguments.stream().map(argument -> ((OnDevice) argument).buffer()).toList();
      return guarded(
          () ->
              executable.execute(List.of(buffers), Set.of()).get(0).stream()
                  .<DeviceTensor>map(OnDevice::new)
                  .toList());
    }

    @Override
    public void close() {
      executable.close();
    }
  }

  /** A buffer. */
  private record OnDevice(Buffer buffer) implements DeviceTensor {

    @Override
    public void close() {
      buffer.close();
    }
  }

  static <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (PjrtException e) {
      throw new AcceleratorException("Accelerator: " + e.getMessage(), e);
    }
  }

  private Device device() {
    return client.devices().get(0);
  }

  @Override
  public String name() {
    return client.platform() + ": " + device().description().kind();
  }

  @Override
  public LoadedProgram load(Lowered program) {
    int id = device().description().id();
    return guarded(
        () ->
            new Loaded(
                client.compile(
                    new Program(Program.HLO, program.module().toByteArray()),
                    CompileOptions.on(id))));
  }

  @Override
  public DeviceTensor copy(int type, List<Long> shape, byte[] values) {
    ElementType element = ElementType.of(type == XLA_BF16 ? ElementType.BF16.number() : type);
    return guarded(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment host = arena.allocate(values.length, Long.BYTES);
            MemorySegment.copy(values, 0, host, ValueLayout.JAVA_BYTE, 0, values.length);
            return new OnDevice(client.copy(device(), element, shape, host));
          }
        });
  }

  @Override
  public List<byte[]> toHost(List<DeviceTensor> tensors) {
    List<Buffer> buffers = tensors.stream().map(each -> ((OnDevice) each).buffer()).toList();
    return guarded(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            return Buffer.toHost(buffers, arena).stream()
                .map(host -> host.toArray(ValueLayout.JAVA_BYTE))
                .toList();
          }
        });
  }

  @Override
  public void close() {
    client.close();
  }
}
