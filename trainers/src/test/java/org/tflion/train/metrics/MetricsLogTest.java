package org.tflion.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsLogTest {

  @TempDir private Path folder;
  private Path file;
  private MetricsLog log;

  @BeforeEach
  void open() {
    file = folder.resolve("metrics.jsonl");
    log = new MetricsLog(file);
  }

  private void append(long step) {
    log.append(
        new StepMetrics(
            step, 2.5, null, 1e-4, 0.5, 32 * step, 100, 20, 0, null, null, 0.25, Map.of(),
            Map.of()));
  }

  @Test
  void writesTheKeysThatScriptsRead() throws IOException {
    append(1);
    log.append(
        new StepMetrics(
            2,
            2.5,
            2.75,
            1e-4,
            0.5,
            64,
            100,
            20,
            3,
            "the loss is NaN",
            1.5,
            0.25,
            Map.of(),
            Map.of()));
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            {"step":1,"loss":2.5,"learning_rate":1.0E-4,"grad_norm":0.5,"tokens":32,\
            "tokens_per_second":100.0,"step_ms":20.0,"skipped":0,"data_wait_ms":0.25}
            {"step":2,"loss":2.5,"val_loss":2.75,"learning_rate":1.0E-4,"grad_norm":0.5,\
            "tokens":64,"tokens_per_second":100.0,"step_ms":20.0,"skipped":3,"skipped_for":"the loss is NaN","save_ms":1.5,"data_wait_ms":0.25}
            """);
  }

  /** JSON knows no NaN, and what stands for one in other programs would break scripts. */
  @Test
  void leavesOutWhatIsNoNumber() throws IOException {
    double infinity = Double.POSITIVE_INFINITY;
    log.append(
        new StepMetrics(
            2,
            Double.NaN,
            null,
            1e-4,
            infinity,
            64,
            100,
            20,
            1,
            "the loss is NaN",
            null,
            0.25,
            Map.of(),
            Map.of()));
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            {"step":2,"learning_rate":1.0E-4,"tokens":64,"tokens_per_second":100.0,"step_ms":20.0,\
            "skipped":1,"skipped_for":"the loss is NaN","data_wait_ms":0.25}
            """);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "4, 0", "5, 1", "9, 1", "10, 2", "100, 3"})
  void cutsTheLinesOfLaterSteps(long after, int left) throws IOException {
    append(5);
    append(10);
    append(11);
    log.cutAfter(after);
    assertThat(Files.readAllLines(file)).hasSize(left);
    append(200);
    assertThat(Files.readAllLines(file)).hasSize(left + 1).last().asString().contains("200");
  }

  /** As a power cut leaves them. */
  @ParameterizedTest
  @ValueSource(
      strings = {"{\"step\":2,\"lo", "{\"step\":2}", "\u0000\u0000\u0000", "\u00ff\u00fe", "\n"})
  void cutsALastLineThatIsNotWhole(String tail) throws IOException {
    append(1);
    String whole = Files.readString(file);
    Files.write(file, tail.getBytes(StandardCharsets.ISO_8859_1), StandardOpenOption.APPEND);
    log.cutAfter(10);
    assertThat(file).hasContent(whole);
  }

  /** A disk that is full in the middle of a line, and has room again for the next. */
  @Test
  void addsALineWholeOrNotAtAll() throws IOException {
    append(1);
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "needs /dev/full");
    assertThatThrownBy(
            () ->
                new MetricsLog(full)
                    .append(
                        new StepMetrics(
                            2, 2.5, null, 1e-4, 0.5, 32, 100, 20, 0, null, null, 0.25, Map.of(),
                            Map.of())))
        .isInstanceOf(UncheckedIOException.class);
    log.flush();
    append(3);
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void cutsNothingWhereNothingIs() {
    log.cutAfter(3);
    assertThat(file).doesNotExist();
  }
}
