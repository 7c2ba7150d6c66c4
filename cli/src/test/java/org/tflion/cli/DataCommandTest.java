package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code tflion data} and {@code tflion report} as a user types them, in this process. */
class DataCommandTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeText() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "the quick brown fox jumps. ".repeat(80));
    Files.writeString(folder.resolve("b.jsonl"), "{\"text\": \"the lazy dog\"}\n".repeat(20));
  }

  private int tflion(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = arguments[i].replace("@", folder + "/");
    }
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private void succeeds(String... arguments) {
    assertThat(tflion(arguments)).as("%s%s", out, err).isZero();
  }

  @Test
  void fromTextToATrainedModelWithItsOwnTokenizer() throws IOException {
    succeeds("data", "train-tokenizer", "--input", "@", "--vocab", "300", "--out", "@tok.json");
    assertThat(out.toString()).contains(" tokens").contains("from 2,660 bytes");
    String inputs = "--input @a.txt @b.jsonl --tokenizer @tok.json --out @tokens --json";
    succeeds(("data prepare " + inputs).split(" ", -1));
    JsonNode prepared = new ObjectMapper().readTree(out.toString());
    assertThat(prepared.get("documents").asInt()).isEqualTo(21);
    assertThat(prepared.get("tokenizer").asString()).isEqualTo("bpe");
    succeeds("data", "check", "--data", "@tokens");
    assertThat(out.toString()).startsWith("good: ").contains("(bpe), 21 documents");
    Files.delete(folder.resolve("tok.json"));
    String settings =
        " --set model.layers=1 --set model.heads=2 --set model.width=16 --set model.context=8"
            + " --set train.batch=4 --set train.eval_batches=2 --set data.order=epochs"
            + " --set sample.prompt=the --prometheus 0 --histograms";
    succeeds(("train --data @tokens --out @run --steps 4" + settings).split(" ", -1));
    assertThat(err.toString()).contains("metrics at http://127.0.0.1:");
    assertThat(out.toString()).startsWith("the");
    assertThat(folder.resolve("run").resolve("histograms")).isNotEmptyDirectory();
    Path report = folder.resolve("run").resolve("report.html");
    assertThat(report).content().contains("<h2>Loss</h2>");
    Files.delete(report);
    succeeds("report", "@run");
    assertThat(out.toString().strip()).isEqualTo(report.toString());
    assertThat(report).exists();
    succeeds("generate", "--run", "@run", "--prompt", "the", "--tokens", "5");
  }

  @ParameterizedTest
  @CsvSource({
    "data, Missing what to do",
    "data prepare, Missing required options",
    "data prepare --input @none --tokenizer byte --out @o, --input must name files or folders",
    "data prepare --input @ --tokenizer byte --out @, which holds other files",
    "data prepare --input @a.txt --tokenizer gpt3 --out @o, 'tokenizer.json that can be read (got"
        + " gpt3'",
    "data prepare --input @a.txt --tokenizer @b.jsonl --out @o, a tokenizer.json must be",
    "data prepare --input @b.jsonl --field body --tokenizer byte --out @o, must have the field"
        + " 'body'",
    "data prepare --input @a.txt --tokenizer byte --out @o --threads 0, --threads must be from 1 to"
        + " 1024",
    "data prepare --input @a.txt --tokenizer byte --out @a.txt, --out must be a folder that can be",
    "data train-tokenizer --input @a.txt --vocab 256 --out @t, --vocab must be from 257",
    "data train-tokenizer --input @a.txt --vocab many, Invalid value for option '--vocab'",
    "data check --data @, must be complete",
    "data check --data @none, must be complete",
    "report @none, a run must be a folder with a config.yaml",
    "report, Missing required parameter",
    "train --data @a.txt --out @r --prometheus 99999, --prometheus must be a port up to 65535",
    "train --data @a.txt --out @r --set data.order=shuffled, data.order must be one of",
    "train --out @r --set data.mixture=a, data.mixture must hold paths with weights",
    "train --data @a.txt --out @r --set data.mixture=a=1, --data must come without --set data.path",
    "train --data @a.txt --out @r --set data.mixtures=a, did you mean",
    "train --data @a.txt --out @r --set data.tokenizer=gpt3, data.tokenizer must be one of",
  })
  void refusesWithOneSentence(String arguments, String message) {
    assertThat(tflion(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(message).doesNotContain("\tat ", "Exception:");
    assertThat(folder.resolve("r")).doesNotExist();
  }
}
