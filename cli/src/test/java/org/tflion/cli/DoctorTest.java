package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What the doctor says of this machine and of described ones. */
class DoctorTest {

  @TempDir private Path folder;

  @Test
  void findsThatThisMachineCanTrain() {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out, true);
    assertThat(Main.run(writer, writer, "doctor", "--json")).as(out.toString()).isZero();
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(result.get("healthy").asBoolean()).isTrue();
    assertThat(result.get("findings").valueStream().map(f -> f.get("name").asString()))
        .containsExactly("java", "processor", "memory", "tensorflow", "xla", "device", "network");
  }

  @Test
  void namesVectorInstructions() throws IOException {
    assertThat(processor("flags : fpu sse2 avx2 fma avx512f\nflags : other\n"))
        .returns(Finding.Status.OK, Finding::status)
        .extracting(Finding::detail)
        .asString()
        .endsWith("avx2 fma avx512f");
  }

  @Test
  void warnsOfAProcessorWithoutThem() throws IOException {
    Finding finding = processor("flags : fpu sse2\n");
    assertThat(finding.status()).isEqualTo(Finding.Status.WARN);
    assertThat(finding.cure()).contains("AVX2");
  }

  @Test
  void warnsOfAGpuThatIsNotUsed() throws IOException {
    Path driver = Files.writeString(folder.resolve("version"), "NVRM");
    Finding finding = named("device", new Doctor(folder.resolve("none"), driver).findings());
    assertThat(finding.status()).isEqualTo(Finding.Status.WARN);
    assertThat(finding.cure()).contains("-gpu");
  }

  private Finding processor(String cpuInfo) throws IOException {
    Path file = Files.writeString(folder.resolve("cpuinfo"), cpuInfo);
    return named("processor", new Doctor(file, folder.resolve("none")).findings());
  }

  private static Finding named(String name, List<Finding> findings) {
    return findings.stream()
        .filter(finding -> Objects.equals(finding.name(), name))
        .findFirst()
        .orElseThrow();
  }
}
