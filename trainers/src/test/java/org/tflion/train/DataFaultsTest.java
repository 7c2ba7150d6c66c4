package org.tflion.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/** Data that change under a running training, or are strange to begin with. */
@Timeout(120)
class DataFaultsTest {

  @TempDir private Path folder;
  private Path text;
  private Path run;

  @BeforeEach
  void writeText() throws IOException {
    text = folder.resolve("text.txt");
    // Large enough to be read from the disk, and not once for all.
    Files.writeString(text, "the quick brown fox jumps over the lazy dog. ".repeat(4000));
    run = folder.resolve("run");
  }

  private TrainConfig config(String... more) {
    return new TinyRun(text)
        .config(
            Stream.concat(Stream.of("optimizer.jit=off", "train.async_save=false"), Stream.of(more))
                .toArray(String[]::new));
  }

  private interface Change {
    void make() throws IOException;
  }

  private static LoopListener after(long step, Change change) {
    return new LoopListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        if (metrics.step() == step) {
          try {
            change.make();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    };
  }

  private void stops(Change change, String message, long kept) {
    try (Training training = Training.start(config(), run)) {
      assertThatThrownBy(() -> training.run(40, after(12, change)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(message);
    }
    assertThat(run.resolve("checkpoints/latest")).hasContent("step-" + kept);
  }

  @Test
  void stopsWhenAFileShrinks() {
    stops(
        () -> {
          try (FileChannel channel = FileChannel.open(text, StandardOpenOption.WRITE)) {
            channel.truncate(100);
          }
        },
        text.toString(),
        10);
  }

  @Test
  void stopsWhenAFileIsGone() {
    stops(() -> Files.delete(text), text.toString(), 10);
  }

  @Test
  void stopsBeforeItSavesWhatItLearntFromOtherText() {
    stops(
        () -> Files.writeString(text, Files.readString(text).replace("quick", "quiet")),
        text + " has changed since the run began; put it back and use --resume",
        10);
  }

  @Test
  void goesOnWhenAFileIsOnlyTouched() {
    try (Training training = Training.start(config(), run)) {
      training.run(
          40, after(12, () -> Files.setLastModifiedTime(text, FileTime.fromMillis(1_000_000))));
      assertThat(training.done()).isEqualTo(40);
    }
  }

  @Test
  void takesTenGigabytesAndOneLine() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(text.toFile(), "rw")) {
      sparse.setLength(10L << 30);
    }
    try (Training training = Training.start(config("train.checkpoint_every=0"), run)) {
      assertThat(training.summary().data().train()).isEqualTo((long) ((10L << 30) * 0.9));
      training.run(3, new LoopListener() {});
    }
  }

  @Test
  void refusesTenGigabytesForTheCharTokenizer() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(text.toFile(), "rw")) {
      sparse.setLength(10L << 30);
    }
    refused("data.tokenizer=char", "(got 10737418240 bytes");
  }

  private void refused(String setting, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.start(config(setting), run).close())
        .withMessageContaining(message);
    assertThat(run).doesNotExist();
  }

  @Test
  void takesALineOfAHundredMegabytes() throws IOException {
    byte[] line = new byte[100 << 20];
    Arrays.fill(line, (byte) 'x');
    Files.write(text, line);
    try (Training training = Training.start(config("train.checkpoint_every=0"), run)) {
      training.run(3, new LoopListener() {});
    }
  }

  @Test
  void takesAnyBytesAsBytesAndNamesThemAsCharacters() throws IOException {
    byte[] bytes = Files.readAllBytes(text);
    bytes[1000] = (byte) 0xff;
    Files.write(text, bytes);
    refused("data.tokenizer=char", "byte 1000");
    try (Training training = Training.start(config(), run)) {
      training.run(3, new LoopListener() {});
    }
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    Files.writeString(text, "");
    refused("data.tokenizer=byte", "0 bytes");
  }
}
