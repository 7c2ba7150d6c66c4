package org.tflion.xla;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What XLA made of the updates, from the programs that it writes down itself. Its flags are read
 * once per process, so each test starts one.
 */
class XlaProgramTest {

  private static final String PROGRAM = ".*cpu_after_optimizations.txt";
  private static final Pattern ALLOCATION =
      Pattern.compile("^allocation \\d+: size (\\d+), (.*)$", Pattern.MULTILINE);

  @Test
  void lionOfALargeWeightIsTwoProgramsWithoutATemporary(@TempDir Path folder) throws Exception {
    int rows = CompiledSteps.MANY;
    List<String> programs = dump("Lion", rows, folder, PROGRAM);
    assertThat(programs).hasSize(2);
    assertThat(programs.get(0)).contains("sign(");
    assertThat(programs.get(1)).doesNotContain("sign(");
    assertThat(programs).noneMatch(program -> program.contains(copy(rows)));
    // Weight, gradient and momentum in, the weight out; gradient and momentum in, the momentum out.
    assertThat(largeBuffers(folder, rows)).containsExactly(List.of(3L, 1L), List.of(2L, 1L));
  }

  @Test
  void lionOfASmallWeightIsOneProgramWithoutATemporary(@TempDir Path folder) throws Exception {
    int rows = CompiledSteps.FEW;
    List<String> programs = dump("Lion", rows, folder, PROGRAM);
    assertThat(programs).hasSize(1);
    assertThat(programs.get(0)).contains("sign(").doesNotContain(copy(rows));
    // Weight, gradient and momentum in; weight and momentum out.
    assertThat(largeBuffers(folder, rows)).containsExactly(List.of(3L, 2L));
  }

  /**
   * A loop that reads and writes one buffer is not vectorised: XLA hands it the buffer under two
   * names, and the check for a conflict between them, made as it runs, then always fails.
   */
  @ParameterizedTest
  @ValueSource(strings = {"Lion", "AdamW"})
  void noLoopWritesToABufferThatItReads(String optimizer, @TempDir Path folder) throws Exception {
    assertThat(dump(optimizer, CompiledSteps.FEW, folder, PROGRAM))
        .isNotEmpty()
        .noneMatch(program -> program.contains("input_output_alias"));
    assertThat(read(folder, ".*ir-with-opt.*\\.ll"))
        .filteredOn(code -> code.contains("_parallel_bounds")) // a loop that all cores share
        .isNotEmpty()
        .allMatch(code -> code.contains("vector.body"));
  }

  @Test
  void adamWIsOneProgramWithoutATemporary(@TempDir Path folder) throws Exception {
    int rows = CompiledSteps.MANY;
    List<String> programs = dump("AdamW", rows, folder, PROGRAM);
    assertThat(programs).hasSize(1);
    assertThat(programs.get(0)).contains("sqrt(").doesNotContain(copy(rows));
    // Weight, both moments and the gradient in; weight and moments out.
    assertThat(largeBuffers(folder, rows)).containsExactly(List.of(4L, 3L));
  }

  /** The start of an instruction that copies a whole matrix. */
  private static String copy(int rows) {
    return "f32[" + rows + "," + CompiledSteps.COLUMNS + "]{1,0} copy(";
  }

  /** How many buffers as large as the weight each program takes and returns; it has no others. */
  private static List<List<Long>> largeBuffers(Path folder, int rows) throws IOException {
    long bytes = 4L * rows * CompiledSteps.COLUMNS;
    List<List<Long>> counts = new ArrayList<>();
    for (String assignment : read(folder, ".*buffer-assignment.txt")) {
      List<String> large =
          ALLOCATION
              .matcher(assignment)
              .results()
              .filter(allocation -> Long.parseLong(allocation.group(1)) >= bytes)
              .map(allocation -> allocation.group(2))
              .toList();
      long taken = large.stream().filter(use -> use.startsWith("parameter")).count();
      long returned =
          large.stream()
              .filter(use -> !use.startsWith("parameter") && use.contains("maybe-live-out"))
              .count();
      assertThat(taken + returned).as(assignment).isEqualTo(large.size());
      counts.add(List.of(taken, returned));
    }
    return counts;
  }

  private static List<String> dump(String optimizer, int rows, Path folder, String name)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            CompiledSteps.class.getName(),
            optimizer,
            Integer.toString(rows));
    child.environment().put("XLA_FLAGS", "--xla_dump_to=" + folder);
    child.redirectErrorStream(true).redirectOutput(log.toFile());
    assertThat(child.start().waitFor()).as(() -> contents(log)).isZero();
    return read(folder, name);
  }

  private static List<String> read(Path folder, String name) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches(name))
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
