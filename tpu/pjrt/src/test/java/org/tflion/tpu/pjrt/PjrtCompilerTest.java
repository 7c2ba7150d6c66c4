package org.tflion.tpu.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.compile.CompileException;
import org.tflion.tpu.compile.Compiled;
import org.tflion.tpu.compile.Compiler;
import org.tflion.tpu.compile.Cost;
import org.tflion.tpu.compile.Effort;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.topology.TpuSlice;
import org.tflion.tpu.wire.HloModuleProto;

class PjrtCompilerTest {

  private static final TpuSlice SLICE = TpuSlice.parse("v5e:2x2");
  private static final Path PATH = Path.of("fake.so");
  private static final ByteString MODULE =
      HloModuleProto.newBuilder().setName("step").build().toByteString();
  private static final Lowered PROGRAM = new Lowered(MODULE, List.of(), 1);

  private final FakePlugin fake = new FakePlugin();
  private final Compiler compiler = new PjrtCompiler(PATH, fake.load());

  @AfterEach
  void leavesNothingBehind() {
    assertThat(fake.bugs()).isEmpty();
    assertThat(fake.live()).isEmpty();
    fake.close();
  }

  @Test
  void compilesForEveryDeviceOfASlice() {
    Compiled compiled = compiler.compile(PATH, PROGRAM, SLICE, Effort.QUICK);
    assertThat(compiled.partitions()).isEqualTo(4);
    assertThat(compiled.memory().peak()).isEqualTo(150);
    assertThat(compiled.cost()).isEqualTo(new Cost(1e6f, 2e5f, 0.5f));
    assertThat(compiled.collectives()).isEmpty();
    assertThat(compiled.executable()).isEqualTo(MODULE);
  }

  @Test
  void tellsALackOfMemoryFromOtherFailures() {
    fake.fail(
        Function.COMPILE,
        StatusCode.RESOURCE_EXHAUSTED,
        "Ran out of memory in memory space hbm. Used 20.50G of 15.75G hbm.");
    assertThatThrownBy(() -> compiler.compile(PATH, PROGRAM, SLICE, Effort.QUICK))
        .isInstanceOfSatisfying(
            CompileException.class,
            e -> {
              assertThat(e.lacksMemory()).isTrue();
              assertThat(e.neededBytes()).hasValue(20.5 * (1 << 30));
            });
    fake.fail(Function.COMPILE, StatusCode.INTERNAL, "broken");
    assertThatThrownBy(() -> compiler.compile(PATH, PROGRAM, SLICE, Effort.QUICK))
        .isInstanceOfSatisfying(CompileException.class, e -> assertThat(e.lacksMemory()).isFalse())
        .hasMessage("PJRT_Compile: broken");
  }

  @Test
  void isFoundByWhoeverCompilesAndChecksThePlugin(@TempDir Path folder) throws Exception {
    Path plugin = Files.createFile(folder.resolve("plugin.so"));
    assertThatThrownBy(() -> Compiler.find(plugin))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be a shared library for this machine");
  }
}
