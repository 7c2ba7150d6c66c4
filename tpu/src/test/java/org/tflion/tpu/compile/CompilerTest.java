package org.tflion.tpu.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompilerTest {

  @TempDir private Path folder;

  @Test
  void refusesAPluginThatIsNotThere() {
    Path missing = folder.resolve("libtpu.so");
    assertThatThrownBy(() -> Compiler.find(missing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Plugin: the library must be a file; give the path of one such as libtpu.so (got "
                + missing
                + ")");
  }

  /** This module has no compiler: an old Java is refused first, then the missing module. */
  @Test
  void saysWhatAJavaWithoutPluginsNeeds() throws Exception {
    Path plugin = Files.createFile(folder.resolve("libtpu.so"));
    boolean old = Runtime.version().feature() < Compiler.JAVA;
    assertThatThrownBy(() -> Compiler.find(plugin))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(old ? "set TFLION_JDK22" : "tpu-pjrt must be on the class path");
  }

  @ParameterizedTest
  @CsvSource({
    "Used 120.5G of 95.74G hbm., 129385889792",
    "used 512.0M of 15.75G hbm, 536870912",
    "Used 9 of 8 hbm, 9",
    "the total memory required for HLO temporaries (1.5T) exceeds available HBM (95.74G)., 1649267441664"
  })
  void readsHowMuchIsNeeded(String text, double bytes) {
    CompileException lack = new CompileException("PJRT_Compile: " + text, true, new Error());
    assertThat(lack.neededBytes()).hasValue(bytes);
    assertThat(new CompileException(text, false, new Error()).neededBytes()).isEmpty();
    assertThat(new CompileException("no words", true, new Error()).neededBytes()).isEmpty();
  }
}
