package org.tflion.tpu.pjrt;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tflion.tpu.StatusCode;

class ClientTest {

  private static final Program PROGRAM = new Program(Program.HLO, new byte[] {1});
  private static final List<Long> SHAPE = List.of(2L, 2L);

  private final FakePlugin fake = new FakePlugin();
  private final Plugin plugin = fake.load();
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void leavesNothingBehind() {
    arena.close();
    assertThat(fake.bugs()).isEmpty();
    assertThat(fake.live()).isEmpty();
    fake.close();
  }

  private MemorySegment floats(float... values) {
    return arena.allocateFrom(JAVA_FLOAT, values);
  }

  @Test
  void knowsItsDevices() {
    try (Client client = Client.of(plugin, Map.of("preallocate", false))) {
      assertThat(client.platform()).isEqualTo("fake");
      assertThat(client.platformVersion()).isEqualTo("1.2");
      assertThat(client.devices()).hasSize(2);
      Device second = client.devices().get(1);
      assertThat(second.description().id()).isEqualTo(1);
      assertThat(second.bytesInUse()).isEqualTo(64);
      assertThat(second.bytesLimit()).hasValue(1024);
    }
  }

  @Test
  void copiesTensorsThereAndBack() {
    try (Client client = Client.of(plugin, Map.of());
        Buffer buffer =
            client.copy(client.devices().get(0), ElementType.F32, SHAPE, floats(1, 2, 3, 4))) {
      assertThat(buffer.type()).isEqualTo(ElementType.F32);
      assertThat(buffer.shape()).isEqualTo(SHAPE);
      assertThat(buffer.toHost(arena).toArray(JAVA_FLOAT)).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void runsOnEveryDeviceAndDonatesWhatTheProgramAliases() {
    try (Client client = Client.of(plugin, Map.of());
        LoadedExecutable program = client.compile(PROGRAM, CompileOptions.of(2));
        Buffer a =
            client.copy(client.devices().get(0), ElementType.F32, SHAPE, floats(1, 2, 3, 4));
        Buffer b =
            client.copy(client.devices().get(1), ElementType.F32, SHAPE, floats(5, 6, 7, 8))) {
      List<List<Buffer>> results = program.execute(List.of(List.of(a), List.of(b)), Set.of());
      assertThat(results).hasSize(2);
      assertThat(results.get(0).get(0).toHost(arena).toArray(JAVA_FLOAT))
          .containsExactly(2, 3, 4, 5);
      assertThat(results.get(1).get(0).toHost(arena).toArray(JAVA_FLOAT))
          .containsExactly(6, 7, 8, 9);
      assertThat(a.isDonated()).isTrue();
      assertThatThrownBy(() -> b.toHost(arena)).hasMessageContaining("deleted or donated");
      results.forEach(list -> list.forEach(Buffer::close));
    }
  }

  @Test
  void keepsArgumentsThatMustSurvive() {
    try (Client client = Client.of(plugin, Map.of());
        LoadedExecutable program = client.load(new byte[] {7});
        Buffer a =
            client.copy(client.devices().get(0), ElementType.F32, SHAPE, floats(1, 2, 3, 4))) {
      var results = program.execute(List.of(List.of(a), List.of(a)), Set.of(0));
      assertThat(a.isDonated()).isFalse();
      assertThat(program.executable().optimizedProgram().code()).containsExactly(7);
      results.forEach(list -> list.forEach(Buffer::close));
    }
  }

  @Test
  void refusesArgumentsThatDoNotMatchThePartitions() {
    try (Client client = Client.of(plugin, Map.of());
        LoadedExecutable program = client.compile(PROGRAM, CompileOptions.of(2))) {
      assertThatThrownBy(() -> program.execute(List.of(List.of()), Set.of()))
          .hasMessage(
              "LoadedExecutable: give one list of arguments, all of one length, for each of the 2"
                  + " partitions (got [0])");
    }
  }

  @Test
  void refusesMemoryOfAnotherSize() {
    try (Client client = Client.of(plugin, Map.of())) {
      Device device = client.devices().get(0);
      assertThatThrownBy(() -> client.copy(device, ElementType.F32, SHAPE, floats(1, 2, 3)))
          .hasMessage(
              "Buffer: F32 elements of shape [2, 2] must take as many bytes as given (got 12)");
      assertThatThrownBy(() -> client.copy(device, ElementType.INVALID, SHAPE, MemorySegment.NULL))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesOptionsOfOtherTypes() {
    assertThatThrownBy(() -> Client.of(plugin, Map.of("when", new Object())))
        .hasMessageStartingWith("Client: option when must be a text");
  }

  /** Whatever fails, its text arrives and nothing stays behind. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "CLIENT_CREATE",
        "CLIENT_ADDRESSABLE_DEVICES",
        "DEVICE_GET_DESCRIPTION",
        "DEVICE_DESCRIPTION_ID",
        "CLIENT_COMPILE",
        "LOADED_EXECUTABLE_GET_EXECUTABLE",
        "EXECUTABLE_NUM_PARTITIONS",
        "EXECUTABLE_NUM_OUTPUTS",
        "CLIENT_BUFFER_FROM_HOST_BUFFER",
        "LOADED_EXECUTABLE_EXECUTE",
        "EVENT_AWAIT",
        "BUFFER_TO_HOST_BUFFER"
      })
  void everyFailureCarriesThePluginsTextAndLeaksNothing(Function function) {
    fake.fail(function, StatusCode.ABORTED, "no more");
    assertThatThrownBy(this::wholeRun)
        .isInstanceOfSatisfying(
            PjrtException.class, e -> assertThat(e.code()).isEqualTo(StatusCode.ABORTED))
        .hasMessage(function.symbol() + ": no more");
  }

  private void wholeRun() {
    try (Client client = Client.of(plugin, Map.of());
        LoadedExecutable program = client.compile(PROGRAM, CompileOptions.of(1));
        Buffer a =
            client.copy(client.devices().get(0), ElementType.F32, SHAPE, floats(1, 2, 3, 4));
        Buffer result = program.execute(List.of(List.of(a)), Set.of()).get(0).get(0)) {
      result.toHost(arena);
    }
  }

  @Test
  void freesTheResultsOfARunThatFailedLater() {
    try (Client client = Client.of(plugin, Map.of());
        LoadedExecutable program = client.compile(PROGRAM, CompileOptions.of(2));
        Buffer a =
            client.copy(client.devices().get(0), ElementType.F32, SHAPE, floats(1, 2, 3, 4))) {
      fake.fail(Function.EVENT_AWAIT, StatusCode.DATA_LOSS, "a core fell over");
      List<List<Buffer>> arguments = List.of(List.of(a), List.of(a));
      assertThatThrownBy(() -> program.execute(arguments, Set.of()))
          .hasMessage("PJRT_Event_Await: a core fell over");
      fake.repair();
    }
  }
}
