package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tflion.discovery.program.PaperProgram;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code tflion search} as a user types it, in this process. */
class SearchTest {

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

  private JsonNode search(String name, int evaluations, String... more) {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("search", "--evaluations", evaluations + "", "--json", "--out", dir(name)));
    arguments.addAll(List.of(more));
    return json(arguments.toArray(String[]::new));
  }

  private String dir(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void searchesAndReports() throws IOException {
    JsonNode result = search("run", 80, "--seed", "1");
    assertThat(result.propertyNames())
        .contains(
            "best_fitness",
            "baseline_fitness",
            "programs",
            "programs_per_second",
            "cache_hit_rate",
            "redundant_share");
    assertThat(result.get("evaluations").asLong()).isEqualTo(80);
    assertThat(result.get("best_fitness").asDouble())
        .isGreaterThan(result.get("baseline_fitness").asDouble());
    assertThat(err.toString())
        .contains("standardised drawn-digits-x1 [49-16-10 for 40 steps", "/12 trainings, evolution")
        .contains("hits");

    JsonNode again = json("search", "run", dir("run") + "/best.program", "--json");
    assertThat(again.get("fitness").asDouble())
        .isCloseTo(result.get("best_fitness").asDouble(), within(0.0));
    assertThat(again.get("held_out").asDouble()).isEqualTo(result.get("best_held_out").asDouble());

    assertThat(tflion("search", "report", dir("run"), "--trainings", "3", "--scales", "10"))
        .as(err.toString())
        .isZero();
    String page = Files.readString(folder.resolve("run/report.html"));
    assertThat(page)
        .contains("Fitness over programs", "<svg", "89.1 %", "69.8 %")
        .contains(
            "Funnel",
            "elsewhere/3 trainings",
            "drawn-digits-x10 [196-32-10 for 150 steps]/2 trainings",
            "as found",
            "<ins>",
            "def train(w")
        .doesNotContain("http");
  }

  @Test
  void goesOnFromItsLog() throws IOException {
    JsonNode whole = search("whole", 90, "--seed", "2");
    search("cut", 40, "--seed", "2");
    Path log = folder.resolve("cut/evaluations.jsonl");
    byte[] bytes = Files.readAllBytes(log);
    Files.write(log, Arrays.copyOf(bytes, bytes.length - 100));
    JsonNode end = search("cut", 90, "--resume", "--seed", "2", "--task", "digits");
    assertThat(Files.readAllBytes(log))
        .isEqualTo(Files.readAllBytes(folder.resolve("whole/evaluations.jsonl")));
    assertThat(end.get("best_fitness")).isEqualTo(whole.get("best_fitness"));
    assertThat(end.get("programs")).isEqualTo(whole.get("programs"));
  }

  @Test
  void baselinesStartFromAnyProgram() throws IOException {
    Path first = folder.resolve("first.program");
    Files.writeString(first, PaperProgram.LION.text());
    JsonNode tuned = search("tuned", 30, "--strategy", "tuning", "--first", first.toString());
    assertThat(tuned.get("best_program").asString()).contains("update = sign(update)");
    assertThat(tuned.get("best_fitness").asDouble())
        .isGreaterThan(tuned.get("baseline_fitness").asDouble());
    JsonNode random = search("random", 30, "--strategy", "random", "--threads", "1");
    assertThat(random.get("strategy").asString()).isEqualTo("random");
  }

  @Test
  void learnsFromATextFile() throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "pack my box with five dozen liquor jugs. ".repeat(60));
    String[] run = {"search", "run", "adamw", "--task", "language", "--data", text.toString()};
    assertThat(tflion(run)).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith("text-x1 for 60 steps/2 trainings: fitness -");
    // One thousandth of a minute is a few evaluations.
    assertThat(
            tflion(
                "search",
                "--task",
                "language",
                "--data",
                text.toString(),
                "--minutes",
                "0.001",
                "--out",
                dir("language")))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("cache hit rate");
    Files.writeString(text, "another text. ".repeat(200));
    assertThat(tflion("search", "--resume", "--out", dir("language"))).isEqualTo(2);
    assertThat(err.toString()).contains("content of --data must stay").hasLineCount(1);
  }

  @Test
  void simplifiesTheRawProgram() throws IOException {
    Path simple = folder.resolve("simple.program");
    JsonNode path =
        json("search", "simplify", "raw", "--json", "--tolerance", "0.2", "--out", simple + "");
    JsonNode steps = path.get("steps");
    assertThat(steps.get(0).get("statements").asInt()).isEqualTo(21);
    assertThat(steps.get(1).get("statements").asInt()).isEqualTo(12);
    assertThat(Files.readString(simple))
        .isEqualTo(steps.get(steps.size() - 1).get("program").asString());
  }

  @Test
  void drillsAndFailsWithoutBudget() {
    JsonNode result = json("search", "drill", "--seeds", "1", "--json");
    assertThat(result.get("simple").asBoolean()).isTrue();
    assertThat(result.get("program").asString()).contains("sign(");
    assertThat(result.get("repairs").get(0).get("repaired").asBoolean()).isTrue();
    assertThat(tflion("search", "drill", "--seeds", "1", "--evaluations", "3")).isEqualTo(1);
    assertThat(err.toString()).contains("not repaired");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--minutes 0 | --minutes must be above 0",
        "--minutes NaN | --minutes must be above 0",
        "--minutes 1e9 | --minutes must be above 0",
        "--evaluations 0 | --evaluations must be above 0",
        "--evaluations x | --evaluations",
        "--threads 0 | --threads must be from 1",
        "--scale 7 | --scale must be 1, 10 or 100",
        "--task digit | --task",
        "--strategy luck | --strategy",
        "--first nope | nope: a program must be a file, or one of",
        "--data /no/such | --data must name a folder with mnist-t10k-images",
        "--task language --data /no/such | --data must be a text file that can be read",
        "--sed 1 | --sed",
        "report /no/such | must be one that search made",
        "report /no/such --scales 3 | --scale",
        "report /no/such --tolerance -1 | --tolerance",
        "report /no/such --trainings 0 | --trainings must be from 1 to 10000",
        "run lion --trainings -2 | --trainings must be from 1 to 10000",
        "simplify lion --trainings x | --trainings",
        "simplify nope | nope: a program must be",
        "simplify lion --tolerance NaN | tolerance",
        "simplify lion --out /no/such/file | --out must be a file that can be written",
        "run nope | nope: a program must be",
        "run | PROGRAM",
        "compare | DIR",
        "compare /no/such | must be one that search made",
        "compare /no/such --trainings 0 | --trainings must be from 1 to 10000",
        "drill --seeds 0 | --seeds must be",
        "drill --evaluations -1 | --evaluations must be",
      })
  void refusesWrongUsageInOneSentence(String arguments, String sentence) {
    String[] all = ("search " + arguments + refused(arguments)).split(" ", -1);
    assertThat(tflion(all)).as(err.toString()).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("tflion: ")
        .contains(sentence)
        .doesNotContain("\tat ", "internal error");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  private String refused(String arguments) {
    return arguments.startsWith("--") ? " --out " + dir("refused") : "";
  }

  @ParameterizedTest
  @ValueSource(strings = {"--seed 4", "--strategy random", "--first lion", "--scale 10"})
  void refusesToResumeAsSomethingElse(String change) {
    search("run", 5);
    String[] all = ("search --resume --out " + dir("run") + " " + change).split(" ", -1);
    assertThat(tflion(all)).isEqualTo(2);
    assertThat(err.toString()).contains("--resume: " + change.split(" ", -1)[0]).hasLineCount(1);
  }

  @Test
  void refusesFoldersThatAreTakenOrDamaged() throws IOException {
    search("run", 5);
    assertThat(tflion("search", "--out", dir("run"))).isEqualTo(2);
    assertThat(err.toString()).contains("add --resume").hasLineCount(1);
    assertThat(tflion("search", "--resume")).isEqualTo(2);
    assertThat(err.toString()).contains("--resume must come with --out").hasLineCount(1);

    Path log = folder.resolve("run/evaluations.jsonl");
    String text = Files.readString(log);
    for (String damaged :
        List.of(text.replaceFirst("\"hash\"", "\"hush\""), "{}\n" + text, text + "x\n")) {
      Files.writeString(log, damaged);
      assertThat(tflion("search", "--resume", "--out", dir("run"))).as(damaged).isEqualTo(2);
      assertThat(err.toString()).contains("tflion: SearchLog: ").doesNotContain("\tat ");
      assertThat(tflion("search", "report", dir("run"), "--trainings", "1", "--scales", "1"))
          .isIn(0, 2);
      assertThat(err.toString()).doesNotContain("internal error");
    }
    Files.writeString(log, text);
    assertThat(tflion("search", "report", dir("run"), "--out", dir("no/such"))).isEqualTo(2);
    assertThat(err.toString()).contains("--out must be a file that can be").hasLineCount(1);
    Path settings = folder.resolve("run/search.json");
    String whole = Files.readString(settings);
    for (String damaged :
        List.of("", "{", "[]", "null", whole.replace("evolution", "luck"), whole + "}")) {
      Files.writeString(settings, damaged, StandardCharsets.UTF_8);
      assertThat(tflion("search", "--resume", "--out", dir("run"))).as(damaged).isEqualTo(2);
      assertThat(err.toString())
          .contains("must hold the settings that search wrote")
          .hasLineCount(1);
    }
  }

  @Test
  void namesThePlaceOfAWrongProgram() throws IOException {
    Path file = folder.resolve("wrong.program");
    Files.writeString(file, PaperProgram.LION.text().replace("sign", "sgin"));
    assertThat(tflion("search", "run", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("line 3, column 12").hasLineCount(1);
    Files.writeString(file, PaperProgram.LION.text().replace("update * lr", "update * rate"));
    assertThat(tflion("search", "simplify", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("statement 6", "'rate' has no value yet").hasLineCount(1);
  }

  @Test
  void everyPartHasHelp() {
    for (String part : List.of("", "report", "simplify", "run", "drill", "compare")) {
      String command = ("search " + part).strip();
      String[] arguments = (command + " --help").split(" ", -1);
      assertThat(tflion(arguments)).isZero();
      assertThat(out.toString().toLowerCase(Locale.ROOT)).startsWith("usage: tflion " + command);
    }
  }
}
