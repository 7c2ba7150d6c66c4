package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What {@code tflion search} measures after a search. */
class SearchCompareTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int tflion(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private JsonNode json(String... arguments) {
    assertThat(tflion(arguments)).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  private void search(String name, int evaluations, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("search", "--evaluations", evaluations + "", "--out", dir(name)));
    arguments.addAll(List.of(more));
    assertThat(tflion(arguments.toArray(String[]::new))).as(err.toString()).isZero();
  }

  private String dir(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void comparesSearchesOfOneTask() throws IOException {
    search("one", 20, "--seed", "1");
    search("two", 20, "--seed", "2", "--strategy", "tuning");
    Path picture = folder.resolve("picture.svg");
    String[] compare = {
      "search", "compare", dir("one"), dir("two"), "--trainings", "2", "--out", picture.toString()
    };
    assertThat(tflion(compare)).as(err.toString()).isZero();
    assertThat(out.toString())
        .startsWith("held out by standardised drawn-digits-x1")
        .contains("elsewhere/2 trainings")
        .contains("evolution, seed 1 | 20 |", "tuning, seed 2 | 20 | 0.0 % |")
        .contains("searches that turn in each tenth: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]")
        .hasLineCount(5);
    assertThat(Files.readString(picture))
        .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"")
        .contains("evolution, seed 1", "tuning, seed 2", "</svg>");
    JsonNode row =
        json("search", "compare", dir("one"), "--trainings", "2", "--json").get("searches").get(0);
    assertThat(row.get("best").get("held_out").asDouble()).isNegative();
    assertThat(row.has("selected")).isFalse(); // no report has chosen one
    assertThat(tflion("search", "compare", dir("one"), "--curves", dir("c.svg"))).isEqualTo(2);
    assertThat(err.toString()).contains("--curves must come with searches that have a report");

    search("ten", 2, "--scale", "10");
    assertThat(tflion("search", "compare", dir("one"), dir("ten"))).isEqualTo(2);
    assertThat(err.toString()).contains("compare: --scale must stay 1").hasLineCount(1);
  }

  /** Fitness by an older form of a task must be neither shown beside today's nor gone on with. */
  @ParameterizedTest
  @ValueSource(strings = {"report", "compare", "--resume"})
  void refusesLogsOfAnOlderTask(String use) throws IOException {
    search("old", 3);
    Path log = folder.resolve("old/evaluations.jsonl");
    String text = Files.readString(log);
    Files.writeString(log, text.replaceFirst("\"task\":\"[^\"]*\"", "\"task\":\"digits-x1\""));
    String[] arguments =
        use.equals("--resume")
            ? new String[] {"search", "--resume", "--out", dir("old"), "--evaluations", "5"}
            : new String[] {"search", use, dir("old"), "--trainings", "2"};
    assertThat(tflion(arguments)).isEqualTo(2);
    assertThat(err.toString())
        .contains("must hold fitness by standardised drawn-digits-x1")
        .contains("(got fitness by digits-x1); the two do not compare, so start the search anew");
  }

  @Test
  void reportsLeaveTheSelectedProgramAndItsSimpleForm() throws IOException {
    search("run", 30, "--seed", "1");
    String[] report = {"search", "report", dir("run"), "--trainings", "2", "--scales", "1"};
    assertThat(tflion(report)).as(err.toString()).isZero();
    JsonNode simple = json("search", "run", dir("run") + "/simple.program", "--json");
    JsonNode selected =
        json("search", "run", dir("run") + "/selected.program", "--trainings", "2", "--json");
    assertThat(simple.get("statements").asInt())
        .isLessThanOrEqualTo(selected.get("statements").asInt());
    assertThat(selected.get("task").asString()).contains("elsewhere/2 trainings");
    Path curves = folder.resolve("curves.svg");
    String[] compare = {
      "search", "compare", dir("run"), "--trainings", "2", "--json", "--curves", curves.toString()
    };
    JsonNode comparison = json(compare);
    JsonNode row = comparison.get("searches").get(0);
    int tenth = (int) Math.min(9, 10 * row.get("turning_point").asDouble());
    assertThat(comparison.get("turning_points").get(tenth).asInt()).isEqualTo(1);
    assertThat(Files.readString(curves)).contains("evolution, seed 1", "</svg>");
    assertThat(row.get("simple").get("statements").asInt())
        .isEqualTo(simple.get("statements").asInt());
  }
}
