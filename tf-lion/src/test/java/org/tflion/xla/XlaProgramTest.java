package org.tflion.xla;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What XLA made of the updates, from the programs that it writes down itself. Its flags are read
 * once per process, so each test starts one.
 */
class XlaProgramTest {

  private static final String MATRIX =
      "f32[" + CompiledSteps.ROWS + "," + CompiledSteps.COLUMNS + "]";
  private static final long BYTES = 4L * CompiledSteps.ROWS * CompiledSteps.COLUMNS;
  private static final Pattern ALLOCATION =
      Pattern.compile("^allocation \\d+: size (\\d+), (.*)$", Pattern.MULTILINE);

  @Test
  void lionIsTwoProgramsThatWriteInPlaceWithoutATemporary(@TempDir Path folder) throws Exception {
    List<String> programs = dump("Lion", folder, "cpu_after_optimizations.txt");
    assertThat(programs).hasSize(2);
    assertThat(programs.get(0)).contains("sign(").contains("input_output_alias");
    assertThat(programs.get(1)).doesNotContain("sign(").contains("input_output_alias");
    assertThat(programs).noneMatch(program -> program.contains(MATRIX + "{1,0} copy("));
    for (String buffers : read(folder, "buffer-assignment.txt")) {
      assertThat(largeBuffers(buffers)).isNotEmpty().allMatch(b -> b.startsWith("parameter"));
    }
  }

  @Test
  void adamWIsOneProgramThatWritesInPlaceWithoutATemporary(@TempDir Path folder) throws Exception {
    List<String> programs = dump("AdamW", folder, "cpu_after_optimizations.txt");
    assertThat(programs).hasSize(1);
    assertThat(programs.get(0)).contains("sqrt(").doesNotContain(MATRIX + "{1,0} copy(");
    for (String buffers : read(folder, "buffer-assignment.txt")) {
      // Weight, both moments and the gradient.
      assertThat(largeBuffers(buffers)).hasSize(4).allMatch(b -> b.startsWith("parameter"));
    }
  }

  /** What holds each buffer that is as large as the weight. */
  private static List<String> largeBuffers(String assignment) {
    List<String> large = new ArrayList<>();
    Matcher allocation = ALLOCATION.matcher(assignment);
    while (allocation.find()) {
      if (Long.parseLong(allocation.group(1)) >= BYTES) {
        large.add(allocation.group(2));
      }
    }
    return large;
  }

  private static List<String> dump(String optimizer, Path folder, String ending)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            CompiledSteps.class.getName(),
            optimizer);
    child.environment().put("XLA_FLAGS", "--xla_dump_to=" + folder);
    child.redirectErrorStream(true).redirectOutput(log.toFile());
    assertThat(child.start().waitFor()).as(() -> contents(log)).isZero();
    return read(folder, ending);
  }

  private static List<String> read(Path folder, String ending) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .sorted()
          .map(XlaProgramTest::contents)
          .toList();
    }
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
