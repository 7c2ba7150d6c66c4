package org.tflion.train.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.train.data.Batches;
import org.tflion.train.data.PlacedRows;
import org.tflion.train.data.Sampler;
import org.tflion.train.data.source.FileBytes;
import org.tflion.train.data.source.MarkedDocuments;
import org.tflion.train.data.source.PackedTokens;
import org.tflion.train.data.source.TokenSlice;
import org.tflion.train.data.source.TokenSource;
import org.tflion.train.step.Step;

class ResidentTokensTest {

  private static final int TOKENS = 400;
  private static final int STEPS = 6;

  @TempDir private Path folder;

  /** Tokens below 23 in two files, each of so many bytes. */
  private List<Path> files(int width) throws IOException {
    Random random = new Random(width);
    List<Path> files = new ArrayList<>();
    for (String name : List.of("a.bin", "b.bin")) {
      ByteBuffer bytes = ByteBuffer.allocate(TOKENS / 2 * width).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        bytes.put((byte) random.nextInt(23)).put(new byte[width - 1]);
      }
      files.add(Files.write(folder.resolve(name), bytes.array()));
    }
    return files;
  }

  private static TokenSource tokens(List<Path> files, int width) {
    return new PackedTokens(FileBytes.open(files), width, 23, "test");
  }

  private static Batches batches(Sharded job, TokenSource tokens) {
    // Behind some others, as the part that validates is.
    return new Sampler(new TokenSlice(tokens, 50, TOKENS, "part"), job.shape().rows(), 6, 7);
  }

  private static List<Double> losses(Step step, Batches batches, long from) {
    List<Double> losses = new ArrayList<>();
    for (long i = from; i < from + STEPS; i++) {
      losses.add(step.run(batches.at(i)).loss());
    }
    losses.add(step.evaluate(batches.at(from + STEPS)).loss().value());
    return losses;
  }

  /** The same rows by the same operations: the same bits. From any step, as a resumed run. */
  @ParameterizedTest
  @CsvSource({"fsdp=2, 1, 0", "fsdp=3, 2, 0", "'fsdp=2,tensor=2', 4, 11"})
  void trainsOnTheRowsThatTheControllerWouldSend(String mesh, int width, long from)
      throws IOException {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    Batches batches = batches(job, tokens(files(width), width));
    PlacedRows rows = PlacedRows.of(batches);
    ShardConfig shard = ShardConfig.NONE.over(mesh);
    try (Step sent = job.on(shard);
        Step read = job.reading(rows, shard)) {
      assertThat(losses(read, rows.places(), from)).isEqualTo(losses(sent, batches, from));
    }
  }

  @Test
  void refusesDataThatAreNotPlainTokensOfFiles() throws IOException {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    TokenSource marked = new MarkedDocuments(tokens(files(2), 2), 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PlacedRows.of(batches(job, marked)))
        .withMessageStartingWith("shard.data must be controller for data that are not the tokens");
  }

  @Test
  void refusesADeviceWithoutTheFiles() throws IOException {
    Sharded job = Sharded.gpt(Sharded.optimizer("lion", 1e-3, "off"), 1, 0);
    List<Path> files = files(2);
    PlacedRows rows = PlacedRows.of(batches(job, tokens(files, 2)));
    Files.delete(files.get(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> job.reading(rows, ShardConfig.NONE.over(2)))
        .withMessage(
            "shard.data must be controller, or every worker hold the files of the data (got no %s on device 0)"
                .formatted(files.get(1)));
  }
}
