package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tflion.tpu.StatusCode;
import org.tflion.tpu.compile.MemoryStats;

/** Runs programs on the first device that the plugin of PJRT_PLUGIN finds in this machine. */
@EnabledIfEnvironmentVariable(
    named = "PJRT_PLUGIN",
    matches = ".+",
    disabledReason = "set PJRT_PLUGIN to a PJRT plugin that finds a device in this machine")
class DeviceTest {

  private static final int ROWS = 300;
  private static final int COLUMNS = 700;
  private static final int SIZE = ROWS * COLUMNS;
  private static final List<Long> SHAPE = List.of((long) ROWS, (long) COLUMNS);

  /** A multiplication and an addition may be one operation, rounded once, on a device. */
  private static final float ROUNDING = 1e-6f;

  private static final String FOUR_TERABYTES =
      """
      module @large {
        func.func public @main() -> tensor<1048576x1048576xf32> {
          %0 = stablehlo.constant dense<1.0> : tensor<1048576x1048576xf32>
          return %0 : tensor<1048576x1048576xf32>
        }
      }
      """;

  private static Plugin plugin;
  private static Client client;
  private final Arena arena = Arena.ofConfined();

  @BeforeAll
  static void open() {
    plugin = Plugin.load(Path.of(Objects.requireNonNull(System.getenv("PJRT_PLUGIN"))));
    client = Client.of(plugin, Map.of());
  }

  @AfterAll
  static void close() {
    client.close();
  }

  @AfterEach
  void free() {
    arena.close();
  }

  private static Device device() {
    return client.devices().get(0);
  }

  private static LoadedExecutable compiled(Program program) {
    return client.compile(program, CompileOptions.on(device().description().id()));
  }

  private static LoadedExecutable compiled(String text) {
    return compiled(new Program(Program.MLIR, text.getBytes(StandardCharsets.US_ASCII)));
  }

  private static LoadedExecutable lion() {
    return compiled(LionProgram.of(ROWS, COLUMNS, 1));
  }

  private Buffer copied(float[] values) {
    return client.copy(device(), ElementType.F32, SHAPE, arena.allocateFrom(JAVA_FLOAT, values));
  }

  private float[] values(Buffer buffer) {
    return buffer.toHost(arena).toArray(JAVA_FLOAT);
  }

  /** Values of which no sum of 0.9 of one and 0.1 of another is near zero, where signs turn. */
  private static float[] random(int seed) {
    Random random = new Random(seed);
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (i % 3 == 0 ? -1 : 1) * (0.1f + random.nextFloat());
    }
    return values;
  }

  @Test
  void saysWhatItIs() {
    assertThat(client.platform()).isNotBlank();
    assertThat(client.platformVersion()).isNotBlank();
    assertThat(device().description().kind()).isNotBlank();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INVALID")
  void copiesEveryTypeThereAndBack(ElementType type) {
    for (List<Long> shape : List.of(List.<Long>of(), List.of(5L), List.of(2L, 3L, 4L))) {
      int elements = shape.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
      byte[] bytes = new byte[elements * type.bytes()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i % 2); // a truth value has no other bytes
      }
      MemorySegment host = arena.allocateFrom(JAVA_BYTE, bytes);
      try (Buffer buffer = client.copy(device(), type, shape, host)) {
        assertThat(buffer.type()).isEqualTo(type);
        assertThat(buffer.shape()).isEqualTo(shape);
        assertThat(buffer.toHost(arena).toArray(JAVA_BYTE)).containsExactly(bytes);
      }
    }
  }

  @Test
  void copiesWhatHasNoElements() {
    try (Buffer buffer =
        client.copy(device(), ElementType.F32, List.of(0L, 3L), arena.allocate(0))) {
      assertThat(buffer.shape()).containsExactly(0L, 3L);
      assertThat(buffer.toHost(arena).byteSize()).isZero();
    }
  }

  /** Fifty updates, each in the memory of the one before, beside the same in Java. */
  @Test
  void updatesByLionInPlace() {
    float[] w = random(1);
    float[] m = random(2);
    float[] g = random(3);
    try (LoadedExecutable lion = lion();
        Buffer gradient = copied(g)) {
      List<Buffer> state = List.of(copied(w), copied(m));
      for (int step = 0; step < 50; step++) {
        List<Buffer> next =
            lion.execute(List.of(List.of(state.get(0), state.get(1), gradient)), Set.of()).get(0);
        assertThat(state).allMatch(Buffer::isDonated);
        assertThat(gradient.isDonated()).isFalse();
        state.forEach(Buffer::close);
        state = next;
        update(w, m, g);
      }
      assertThat(values(state.get(0))).containsExactly(w, within(ROUNDING * 2));
      assertThat(values(state.get(1))).containsExactly(m, within(ROUNDING * 2));
      state.forEach(Buffer::close);
    }
  }

  /** Algorithm 2 of Chen et al. (2023) with the settings of {@link LionProgram}. */
  private static void update(float[] w, float[] m, float[] g) {
    for (int i = 0; i < w.length; i++) {
      float direction = Math.signum(0.9f * m[i] + 0.1f * g[i]);
      w[i] -= 1e-4f * (direction + 0.1f * w[i]);
      m[i] = 0.99f * m[i] + 0.01f * g[i];
    }
  }

  @Test
  void keepsWhatItIsToldToAndRefusesWhatIsGone() {
    try (LoadedExecutable lion = lion();
        Buffer w = copied(random(1));
        Buffer m = copied(random(2));
        Buffer g = copied(random(3))) {
      List<List<Buffer>> arguments = List.of(List.of(w, m, g));
      lion.execute(arguments, Set.of(0, 1)).get(0).forEach(Buffer::close);
      assertThat(List.of(w, m, g)).noneMatch(Buffer::isDonated);
      lion.execute(arguments, Set.of()).get(0).forEach(Buffer::close);
      assertThatThrownBy(() -> lion.execute(arguments, Set.of())).isInstanceOf(PjrtException.class);
      assertThatThrownBy(() -> w.toHost(arena)).isInstanceOf(PjrtException.class);
    }
  }

  @Test
  void knowsWhatAProgramNeeds() {
    try (LoadedExecutable lion = lion()) {
      MemoryStats memory = lion.executable().memory();
      assertThat(memory.arguments()).isEqualTo(3L * 4 * SIZE);
      assertThat(memory.aliased()).isEqualTo(2L * 4 * SIZE);
      assertThat(lion.executable().partitions()).isEqualTo(1);
      assertThat(lion.executable().outputs()).isEqualTo(2);
      assertThat(lion.executable().collectives()).isEmpty();
      assertThat(lion.executable().cost().flops()).isPositive();
    }
  }

  @Test
  void loadsWhatItWrote() {
    byte[] written;
    try (LoadedExecutable lion = lion()) {
      written = lion.executable().serialize();
    }
    float[] w = random(1);
    float[] m = random(2);
    try (LoadedExecutable lion = client.load(written);
        Buffer first = copied(w);
        Buffer second = copied(m);
        Buffer gradient = copied(random(3))) {
      List<Buffer> next = lion.execute(List.of(List.of(first, second, gradient)), Set.of()).get(0);
      update(w, m, random(3));
      assertThat(values(next.get(0))).containsExactly(w, within(ROUNDING));
      next.forEach(Buffer::close);
    }
  }

  /** Memory that a failure or a hundred updates had left behind would be counted as in use. */
  @Test
  void leavesNothingOnTheDevice() {
    long before = device().bytesInUse();
    try (LoadedExecutable lion = lion();
        Buffer gradient = copied(random(3))) {
      for (int i = 0; i < 100; i++) {
        try (Buffer w = copied(random(1));
            Buffer m = copied(random(2))) {
          lion.execute(List.of(List.of(w, m, gradient)), Set.of()).get(0).forEach(Buffer::close);
        }
      }
    }
    assertThat(device().bytesInUse()).isLessThanOrEqualTo(before + 4L * SIZE);
  }

  @Test
  void saysWhyItRefusesAndGoesOn() {
    assertThatThrownBy(() -> compiled("module @"))
        .isInstanceOf(PjrtException.class)
        .hasMessageStartingWith("PJRT_Client_Compile: ");
    assertThatThrownBy(DeviceTest::runFourTerabytes)
        .isInstanceOfSatisfying(
            PjrtException.class,
            e -> assertThat(e.code()).isEqualTo(StatusCode.RESOURCE_EXHAUSTED));
    try (Buffer w = copied(random(1))) {
      assertThat(values(w)).containsExactly(random(1));
    }
  }

  private static void runFourTerabytes() {
    try (LoadedExecutable loaded = compiled(FOUR_TERABYTES)) {
      loaded.execute(List.of(List.of()), Set.of()).get(0).forEach(Buffer::close);
    }
  }
}
