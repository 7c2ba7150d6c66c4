package org.tflion.train.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class RunReportTest {

  @TempDir private Path folder;

  private String report(String metrics) throws IOException {
    Files.writeString(folder.resolve("metrics.jsonl"), metrics);
    Files.writeString(folder.resolve("config.yaml"), "data:\n  path: \"a<b&c\"\n");
    return Files.readString(RunReport.write(folder));
  }

  @Test
  void showsEveryCurveAndTheConfigInOneFile() throws IOException {
    String html =
        report(
            """
            {"step":1,"loss":5.5,"learning_rate":1e-4,"grad_norm":2,"tokens":10,"tokens_per_second":90,"step_ms":9,"skipped":0}
            {"step":2,"loss":"NaN","val_loss":4.5,"learning_rate":2e-4,"grad_norm":1,"tokens":20,"tokens_per_second":110,"step_ms":8,"skipped":1,"data_wait_ms":0.5}
            {"step":3,"loss":4.25,"val_loss":4.75,"learning_rate":3e-4,"grad_norm":1,"tokens":30,"tokens_per_second":100,"step_ms":8,"skipped":1}
            {"step":4,"loss":3
            """);
    assertThat(html)
        .contains("<h2>Loss</h2>", "<h2>Learning rate</h2>")
        .contains("<h2>Gradient norm, before clipping</h2>")
        .contains("<h2>Throughput (tokens per second)</h2>", "<h2>Time of a step (ms)</h2>")
        .contains("<tr><th>steps<td>3</tr>", "<tr><th>last loss<td>4.2500</tr>")
        .contains("<tr><th>best validation loss<td>4.5000</tr>", "<tr><th>at step<td>2</tr>")
        .contains("<tr><th>tokens per second, median<td>100</tr>")
        .contains("path: \"a&lt;b&amp;c\"")
        .doesNotContain("src=", "href=", "url(");
    for (MatchResult svg : Pattern.compile("(?s)<svg.*?</svg>").matcher(html).results().toList()) {
      parse(svg.group());
    }
  }

  private static void parse(String xml) throws IOException {
    try {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(xml)));
    } catch (ParserConfigurationException | SAXException e) {
      throw new AssertionError(xml, e);
    }
  }

  @Test
  void refusesAFolderWithoutSteps() throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunReport.write(folder))
        .withMessageContaining("a run must have metrics that can be read");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> report("{\"step\":1}\nnonsense\n"))
        .withMessageContaining("whose metrics are empty");
    assertThat(folder.resolve("report.html")).doesNotExist();
  }

  /** Where the first point of a line is, and the last. */
  @ParameterizedTest
  @CsvSource({"0, 10, 80.0 270.0, 890.0 30.0", "10, 0, 80.0 30.0, 890.0 270.0"})
  void aLineRunsFromCornerToCorner(double first, double last, String from, String to) {
    Curve curve = new Curve("a", List.of(new Curve.Point(1, first), new Curve.Point(5, last)));
    assertThat(new Chart("t", List.of(curve)).svg()).contains("d=\"M" + from + "L" + to + "\"");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "5, 5", "-3, -3", "1e-300, 1e-300", "1e300, 2e300", "1, 1.0000000000000002"})
  void everyRangeHasAFewMarks(double low, double high) throws IOException {
    Curve curve = new Curve("a", List.of(new Curve.Point(1, low), new Curve.Point(1, high)));
    String svg = new Chart("t", List.of(curve)).svg();
    assertThat(svg).doesNotContain("NaN", "Infinity");
    assertThat(svg.split("class=\"grid\"", -1).length - 1).isBetween(4, 24);
    parse(svg);
  }

  @Test
  void aThinnedCurveKeepsItsSpikes() {
    List<Curve.Point> points = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      points.add(new Curve.Point(i, i == 54_321 ? 99 : i == 65_432 ? -99 : Math.sin(i)));
    }
    List<Curve.Point> thinned = new Curve("a", points).thinned(2000).points();
    assertThat(thinned).hasSizeBetween(1000, 2000);
    assertThat(thinned).contains(points.get(54_321), points.get(65_432)).isSubsetOf(points);
    assertThat(thinned).isSortedAccordingTo((a, b) -> Double.compare(a.x(), b.x()));
    assertThat(new Curve("a", points.subList(0, 50)).thinned(2000).points()).hasSize(50);
  }
}
