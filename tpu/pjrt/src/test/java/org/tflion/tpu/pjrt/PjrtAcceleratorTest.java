package org.tflion.tpu.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.lower.Argument;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.run.Accelerator;
import org.tflion.tpu.run.AcceleratorException;
import org.tflion.tpu.run.DeviceTensor;
import org.tflion.tpu.run.LoadedProgram;

class PjrtAcceleratorTest {

  private static final int F32 = 11;
  private static final int BF16 = 16;
  private static final List<Long> SHAPE = List.of(2L);
  private static final Lowered PROGRAM =
      new Lowered(
          ByteString.copyFrom(new byte[] {1}),
          List.of(new Argument("w", F32, SHAPE, OptionalInt.of(0))),
          1);

  @TempDir private Path folder;
  private final FakePlugin fake = new FakePlugin();

  @AfterEach
  void leavesNothingBehind() {
    assertThat(fake.bugs()).isEmpty();
    assertThat(fake.live()).isEmpty();
    fake.close();
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  @Test
  void runsAndTakesOverTheMemoryOfWhatIsRenewed() {
    try (Accelerator device = PjrtOpener.open(fake.load());
        LoadedProgram program = device.load(PROGRAM);
        DeviceTensor weight = device.copy(F32, SHAPE, floats(1, 2));
        DeviceTensor next = program.run(List.of(weight)).get(0)) {
      assertThat(device.name()).isEqualTo("fake: Fake v1");
      assertThat(device.toHost(List.of(next, next))).containsExactly(floats(2, 3), floats(2, 3));
      assertThatThrownBy(() -> device.toHost(List.of(next, weight)))
          .isInstanceOf(AcceleratorException.class)
          .hasMessage("Accelerator: PJRT_Buffer_ToHostBuffer: Buffer has been deleted or donated.");
    }
  }

  /** The other copy has started by then: it must be over, and its event freed. */
  @Test
  void refusesToCopyWhatIsClosedAndLeavesNothing() {
    try (Accelerator device = PjrtOpener.open(fake.load());
        DeviceTensor open = device.copy(F32, SHAPE, floats(1, 2))) {
      DeviceTensor closed = device.copy(F32, SHAPE, floats(1, 2));
      closed.close();
      assertThatThrownBy(() -> device.toHost(List.of(open, closed)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("it is closed");
      assertThatThrownBy(() -> device.toHost(List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void takesTypesByTheirNumberInXla() {
    try (Accelerator device = PjrtOpener.open(fake.load());
        DeviceTensor half = device.copy(BF16, SHAPE, new byte[] {1, 2, 3, 4})) {
      assertThat(device.toHost(List.of(half)).get(0)).containsExactly(1, 2, 3, 4);
      assertThatThrownBy(() -> device.copy(F32, SHAPE, new byte[4]))
          .hasMessageContaining("F32 elements of shape [2] must take as many bytes as given");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CLIENT_CREATE", "CLIENT_COMPILE", "LOADED_EXECUTABLE_EXECUTE"})
  void aFailureHasThePluginsWords(Function function) {
    fake.fail(function, StatusCode.RESOURCE_EXHAUSTED, "no memory");
    assertThatThrownBy(
            () -> {
              try (Accelerator device = PjrtOpener.open(fake.load());
                  DeviceTensor weight = device.copy(F32, SHAPE, floats(1, 2));
                  LoadedProgram program = device.load(PROGRAM)) {
                program.run(List.of(weight));
              }
            })
        .isInstanceOf(AcceleratorException.class)
        .hasMessage("Accelerator: " + function.symbol() + ": no memory");
  }

  @Test
  void aProcessFindsItByItsPlugin() throws Exception {
    Path text = Files.writeString(folder.resolve("plugin.so"), "text");
    assertThatThrownBy(() -> Accelerator.open(text))
        .hasMessageContaining("must be a shared library for this machine");
    assertThatThrownBy(() -> Accelerator.open(folder.resolve("none.so")))
        .hasMessageContaining("the library must be a file");
  }
}
