package org.tflion.tpu.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.tpu.StatusCode;

class PluginTest {

  private final FakePlugin fake = new FakePlugin();

  @AfterEach
  void leavesNothingBehind() {
    assertThat(fake.bugs()).isEmpty();
    assertThat(fake.live()).isEmpty();
    fake.close();
  }

  @Test
  void tellsItsVersionAndAttributes() {
    Plugin plugin = fake.load();
    assertThat(plugin.apiVersion()).isEqualTo("0.112");
    assertThat(plugin.attributes())
        .containsEntry("coords", List.of(1L, 0L, 2L))
        .containsEntry("name", "fake")
        .containsEntry("cores", 2L)
        .containsEntry("on", true);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0, 89", "-1, 100"})
  void refusesAnotherVersion(int major, int minor) {
    fake.version(1064, major, minor);
    assertThatThrownBy(fake::load)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Plugin: fake must speak PJRT C API 0.x with x at least 90")
        .hasMessageContaining("(got " + major + "." + minor + ", table of 1064 bytes)");
  }

  @Test
  void acceptsItsOwnVersionAsTheOldest() {
    fake.version(1064, 0, 90);
    assertThat(fake.load().apiVersion()).isEqualTo("0.90");
  }

  @Test
  void refusesATableWithoutFunctions() {
    fake.version(24, 0, 112);
    assertThatThrownBy(fake::load)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table of 24 bytes");
    assertThatThrownBy(() -> Plugin.of("none", MemorySegment.NULL))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesACallBeyondTheStatedTable() {
    fake.version(Function.PLUGIN_ATTRIBUTES.offset(), 0, 112);
    Plugin plugin = fake.load();
    assertThatThrownBy(plugin::attributes)
        .isInstanceOfSatisfying(
            PjrtException.class, e -> assertThat(e.code()).isEqualTo(StatusCode.UNIMPLEMENTED))
        .hasMessage("Plugin: fake (API 0.112) lacks PJRT_Plugin_Attributes");
  }

  @Test
  void refusesACallThatThePluginLeftOut() {
    Plugin plugin = fake.load();
    fake.remove(Function.PLUGIN_ATTRIBUTES);
    assertThatThrownBy(plugin::attributes).hasMessageContaining("lacks PJRT_Plugin_Attributes");
  }

  @Test
  void failsWithThePluginsOwnWords() {
    fake.fail(Function.PLUGIN_INITIALIZE, StatusCode.UNAVAILABLE, "the device is on fire");
    assertThatThrownBy(fake::load)
        .isInstanceOfSatisfying(
            PjrtException.class, e -> assertThat(e.code()).isEqualTo(StatusCode.UNAVAILABLE))
        .hasMessage("PJRT_Plugin_Initialize: the device is on fire");
  }

  @Test
  void survivesAnErrorWithoutACode() {
    fake.fail(Function.PLUGIN_INITIALIZE, StatusCode.INTERNAL, "first");
    fake.fail(Function.ERROR_GET_CODE, StatusCode.INTERNAL, "second");
    assertThatThrownBy(fake::load)
        .isInstanceOfSatisfying(
            PjrtException.class, e -> assertThat(e.code()).isEqualTo(StatusCode.UNKNOWN))
        .hasMessage("PJRT_Plugin_Initialize: first");
  }

  @Test
  void refusesFilesThatAreNoPlugins(@TempDir Path directory) throws Exception {
    Path missing = directory.resolve("libtpu.so");
    assertThatThrownBy(() -> Plugin.load(missing))
        .hasMessageStartingWith("Plugin: the library must be a file");
    Files.writeString(missing, "text");
    assertThatThrownBy(() -> Plugin.load(missing))
        .hasMessageContaining("must be a shared library for this machine");
    Path other = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("net"));
    assertThatThrownBy(() -> Plugin.load(other)).hasMessageContaining("must export GetPjrtApi");
  }
}
