package org.tflion.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.Int64List;
import org.tflion.train.data.format.TfRecords;
import org.tflion.train.data.prepare.Encoder;
import org.tflion.train.data.prepare.Preparation;
import org.tflion.train.data.prepare.PreparedFolder;
import org.tflion.train.data.tokenizer.BpeTokenizer;
import org.tflion.train.data.tokenizer.BpeTrainer;
import org.tflion.train.data.tokenizer.ByteTokenizer;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.WordCounts;

/** Whatever stands in a file of data, it is read, or refused in one line; nothing huge is made. */
class FuzzedDataTest {

  private static final int ROUNDS = 350;

  /** Several times what the largest of the files needs. */
  private static final long MOST_ALLOCATED = 64L << 20;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final String[] HOSTILE = {
    "",
    "\0",
    "\n",
    "\r\n",
    "\"",
    "\\",
    "{",
    "}",
    "[".repeat(2000),
    "{\"a\":".repeat(600),
    "null",
    "-1",
    "1e999",
    "99999999999999999999",
    "0.5",
    "true",
    "\"text\"",
    "\"\\ud800\"",
    "\ud83e\udd81",
    "\ufeff",
    "\u2028",
    "\u00ff\u00fe",
    ",",
    ":",
    "special",
    "\"id\": 7",
    "\"a b c\"",
    "\u0120",
  };

  private final SplittableRandom random = new SplittableRandom(20260202);

  @TempDir private Path folder;

  /** Reads a file, which it may refuse. */
  private interface Reading {
    void read(Path file) throws IOException;
  }

  /** Mutates a file again and again, and reads it each time. */
  private void fuzz(String name, byte[] good, Reading reading) throws IOException {
    Path file = folder.resolve(name);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutated(good);
      Files.write(file, bytes);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        reading.read(file);
      } catch (IllegalArgumentException e) {
        refused++;
        assertThat(e.getClass()).isEqualTo(IllegalArgumentException.class);
        assertThat(e.getMessage())
            .as("%s, round %d", name, round)
            .isNotBlank()
            .doesNotContain("\n", "\r", "\u2028", "\0")
            .doesNotContain("tools.jackson", "com.google", "java.");
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError(name + ", round " + round + ": not refused but thrown", e);
      }
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
          .as("%s, round %d", name, round)
          .isLessThan(MOST_ALLOCATED);
    }
    // A fuzz that hardly ever hits would prove little.
    assertThat(refused).as(name).isGreaterThan(ROUNDS / 10);
  }

  private byte[] mutated(byte[] good) {
    byte[] bytes = good.clone();
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      int at = random.nextInt(bytes.length + 1);
      int end = Math.min(bytes.length, at + 1 + random.nextInt(16));
      byte[] piece =
          switch (random.nextInt(6)) {
            case 0 -> new byte[0];
            case 1 -> HOSTILE[random.nextInt(HOSTILE.length)].getBytes(StandardCharsets.UTF_8);
            case 2 -> {
              byte[] some = new byte[end - at];
              random.nextBytes(some);
              yield some;
            }
            case 3 -> new byte[] {-1, -1, -1, -1, -1, -1, -1, 127};
            case 4 -> Arrays.copyOfRange(good, 0, Math.min(good.length, 40));
            default -> {
              bytes = Arrays.copyOf(bytes, at);
              end = at;
              yield new byte[0];
            }
          };
      bytes = joined(Arrays.copyOf(bytes, at), piece, Arrays.copyOfRange(bytes, end, bytes.length));
    }
    return bytes;
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private DataConfig config(Path path, String tokenizer) {
    return new DataConfig(
        path.toString(),
        List.of(),
        List.of("*"),
        "text",
        tokenizer,
        "uint16",
        0.5,
        "epochs",
        tokenizer.equals("gpt2"),
        0);
  }

  private void readAll(Path path, String tokenizer) {
    Corpus corpus = Corpus.open(config(path, tokenizer));
    Sampler sampler = corpus.train(2, 1, 1);
    for (int step = 0; step < 20; step++) {
      sampler.at(step);
    }
  }

  @Test
  void jsonLines() throws IOException {
    String lines =
        "{\"id\": 5, \"text\": \"some words of \\u00e9 text\", \"x\": [1, {\"y\": null}]}\n"
            .repeat(3);
    fuzz("a.jsonl", lines.getBytes(StandardCharsets.UTF_8), file -> readAll(file, "byte"));
  }

  @Test
  void tfRecords() throws IOException {
    byte[] record = TfRecords.framed(example().toByteArray());
    fuzz("a.tfrecord", joined(record, record, record), file -> readAll(file, "gpt2"));
  }

  private static Example example() {
    BytesList text = BytesList.newBuilder().addValue(ByteString.copyFromUtf8("some text")).build();
    Int64List ids = Int64List.newBuilder().addValue(5).addValue(1L << 40).build();
    return Example.newBuilder()
        .setFeatures(
            Features.newBuilder()
                .putFeature("text", Feature.newBuilder().setBytesList(text).build())
                .putFeature("ids", Feature.newBuilder().setInt64List(ids).build()))
        .build();
  }

  /** Damage inside of a good frame: the checksums let it pass to the message. */
  @Test
  void recordsOfAnything() throws IOException {
    byte[] message = example().toByteArray();
    fuzz(
        "plain",
        message,
        file -> {
          Path framed = folder.resolve("b.tfrecord");
          Files.write(framed, TfRecords.framed(Files.readAllBytes(file)));
          readAll(framed, "byte");
        });
  }

  @Test
  void tokenBins() throws IOException {
    byte[] tokens = new byte[400];
    for (int i = 0; i < tokens.length; i += 2) {
      tokens[i] = (byte) i;
      tokens[i + 1] = 3;
    }
    fuzz("a.bin", tokens, file -> readAll(file, "gpt2"));
  }

  @Test
  void tokenizers() throws IOException {
    WordCounts words = new WordCounts();
    words.add("some words some words of some text");
    byte[] json = new BpeTrainer(words, 262).train(done -> {}).getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve("text.txt"), new byte[] {'a', 'b', 'c', 'd'});
    fuzz(
        "tokenizer.json",
        json,
        file -> {
          Tokenizer tokenizer =
              BpeTokenizer.parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
          tokenizer.decode(tokenizer.encode("some words \u00e9"));
        });
  }

  @Test
  void preparedFolders() throws IOException {
    Path input = Files.writeString(folder.resolve("in.jsonl"), "{\"text\": \"words\"}\n".repeat(9));
    Path out = folder.resolve("out");
    var encoder = new Encoder(new ByteTokenizer(), "text");
    new Preparation(List.of(input), encoder, out).run(1, bytes -> {});
    for (String name : List.of("manifest.json", "documents.bin", "tokens.bin")) {
      byte[] good = Files.readAllBytes(out.resolve(name));
      fuzz(
          "out/" + name,
          good,
          file -> {
            PreparedFolder prepared = PreparedFolder.open(out);
            prepared.tokens(true);
            prepared.tokenizer();
          });
      Files.write(out.resolve(name), good);
    }
    PreparedFolder.open(out).check(read -> {});
  }
}
