package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Tasks other than text as a user types them, in this process. */
class TaskCommandTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int tflion(String arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    String[] words = arguments.replace("@", folder + "/").split(" ", -1);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
  }

  private void succeeds(String arguments) {
    assertThat(tflion(arguments)).as("%s%s", out, err).isZero();
  }

  private void write(String name, byte[] values, int... sizes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream file = new DataOutputStream(bytes);
    file.writeInt(0x800 | sizes.length);
    for (int size : sizes) {
      file.writeInt(size);
    }
    file.write(values);
    Files.write(folder.resolve(name), bytes.toByteArray());
  }

  @Test
  void picturesAreTrainedOnAndMeasuredButWriteNothing() throws IOException {
    byte[] pixels = new byte[40 * 64];
    new Random(1).nextBytes(pixels);
    write("x-images-idx3-ubyte", pixels, 40, 8, 8);
    write("x-labels-idx1-ubyte", new byte[40], 40);
    succeeds(
        "train --data @ --out @run --json --set task=vit --set model.image=8 --set model.patch=4"
            + " --set model.classes=2 --set model.layers=1 --set model.width=8 --set model.heads=2"
            + " --set train.batch=4"
            + " --set train.steps=6 --set schedule.warmup=1 --set train.eval_batches=1");
    JsonNode trained = new ObjectMapper().readTree(out.toString());
    assertThat(trained.get("metrics").get("val_accuracy").asDouble()).isEqualTo(1);
    assertThat(trained.has("sample")).isFalse();
    assertThat(err.toString())
        .contains("36 pictures to train on, 4 to validate with (2 files)", " pictures/s")
        .contains("the most common answer scores  accuracy 1.0000");
    succeeds("eval --run @run --json");
    JsonNode measured = new ObjectMapper().readTree(out.toString());
    assertThat(measured.get("metrics").get("accuracy").asDouble()).isEqualTo(1);
    assertThat(measured.has("perplexity")).isFalse();
    succeeds("eval --run @run --batches 1");
    assertThat(out.toString()).contains("accuracy 1.0000  (1 batches)").doesNotContain("token");
    assertThat(tflion("generate --run @run")).isNotZero();
    assertThat(err.toString().strip())
        .isEqualTo(
            "tflion: generate: the run must be of a task that writes text, such as gpt (got vit)");
  }

  @Test
  void withoutPicturesItIsSaidWhatIsNeeded() {
    assertThat(tflion("train --set preset=vit-mnist --out @run")).isNotZero();
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("-images-idx3-ubyte.gz", "name it with --data DIR");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void holesInATextAreFilled() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "the quick brown fox jumps. ".repeat(80));
    succeeds(
        "train --data @a.txt --out @run --set preset=bert-shakespeare --set model.layers=1"
            + " --set model.heads=2 --set model.width=16 --set model.context=8"
            + " --set train.batch=4 --set train.steps=6 --set schedule.warmup=1"
            + " --set train.eval_batches=2");
    assertThat(err.toString()).contains("the most common answer scores  accuracy 0.1");
    succeeds("eval --run @run");
    assertThat(out.toString()).contains("nats/token", "accuracy 0.");
  }
}
