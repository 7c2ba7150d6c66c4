package org.tflion.train.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;

class DocumentReaderTest {

  @TempDir private Path folder;

  /** What a sink heard: texts in quotes, tokens in brackets, a bar at each end. */
  private static String heard(Path file, String field) {
    var heard = new StringBuilder();
    DocumentSink sink =
        new DocumentSink() {
          @Override
          public void text(String part) {
            heard.append('"').append(part).append('"');
          }

          @Override
          public void tokens(List<Long> part) {
            heard.append(part);
          }

          @Override
          public void end() {
            heard.append('|');
          }
        };
    for (Unit unit : new Units(1 << 20, true).of(List.of(file))) {
      new DocumentReader(field).read(unit, sink);
    }
    return heard.toString();
  }

  private Path lines(String text) throws IOException {
    return Files.writeString(folder.resolve("a.jsonl"), text);
  }

  @Test
  void aLineOfJsonIsADocument() throws IOException {
    Path file =
        lines(
            "{\"id\": 1, \"text\": \"a\\nb \\u00e9\"}\r\n \t\n{\"text\":\"\"}\n{\"text\":\"c\",\"x\":{}}");
    assertThat(heard(file, "text")).isEqualTo("\"a\nb \u00e9\"|\"c\"|");
    Path other = lines("{\"body\": \"b\"}\n");
    assertThat(heard(other, "body")).isEqualTo("\"b\"|");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "{`text`: 1}, must have text in 'text' (got a value of type NUMBER)",
        "{`body`: `a`}, must have the field 'text' (data.field) (got [body])",
        "[1], must be a JSON object (got another value)",
        "{`text`: `a`} x, must be a JSON object (got ",
        "{`text`: `a`, must be a JSON object (got ",
        "{`text`: `a`; `text`: `b`}, must be a JSON object (got ",
        "{`text`: `\\ud83e`}, must have Unicode in 'text' (got half a surrogate pair)",
        "`[[[`, must be a JSON object (got ",
      })
  void aWrongLineIsNamed(String line, String message) throws IOException {
    Path file = lines("{\"text\": \"a\"}\n\n" + line.replace('`', '"').replace(';', ',') + "\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> heard(file, "text"))
        .withMessageStartingWith("data.path: line 3 of " + file + " " + message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  private static byte[] example(String name, Feature feature) {
    Features features = Features.newBuilder().putFeature(name, feature).build();
    return TfRecords.framed(Example.newBuilder().setFeatures(features).build().toByteArray());
  }

  private static Feature text(byte[]... texts) {
    BytesList.Builder list = BytesList.newBuilder();
    for (byte[] text : texts) {
      list.addValue(ByteString.copyFrom(text));
    }
    return Feature.newBuilder().setBytesList(list).build();
  }

  private Path records(byte[]... records) throws IOException {
    var all = new ByteArrayOutputStream();
    for (byte[] record : records) {
      all.writeBytes(record);
    }
    return Files.write(folder.resolve("a.tfrecord-00000-of-00001"), all.toByteArray());
  }

  @Test
  void aRecordIsADocumentOfTextOrTokens() throws IOException {
    Int64List ids = Int64List.newBuilder().addValue(5).addValue(-1).addValue(1L << 40).build();
    Path file =
        records(
            example("text", text("caf\u00e9".getBytes(StandardCharsets.UTF_8))),
            example("text", text(new byte[0])),
            example("text", Feature.newBuilder().setInt64List(ids).build()));
    assertThat(heard(file, "text")).isEqualTo("\"caf\u00e9\"|[5, -1, 1099511627776]|");
  }

  @Test
  void aWrongRecordIsNamed() throws IOException {
    refused(
        "data.field must name a feature of every record (got text, ",
        records(example("body", text())));
    refused("(got bytes list)", records(example("text", text())));
    refused("(got bytes list)", records(example("text", text(new byte[1], new byte[1]))));
    FloatList floats = FloatList.newBuilder().addValue(1).build();
    refused(
        "(got float list)",
        records(example("text", Feature.newBuilder().setFloatList(floats).build())));
    refused("(got kind not set)", records(example("text", Feature.getDefaultInstance())));
    refused("must be UTF-8", records(example("text", text(new byte[] {'a', (byte) 0xff}))));
    refused("must hold tf.train.Example records", records(TfRecords.framed(new byte[] {1, 2, 3})));
  }

  private static void refused(String message, Path file) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> heard(file, "text"))
        .withMessageContaining(message)
        .withMessageContaining(file.toString());
  }

  /** A frame that Python's TensorFlow wrote: tf.io.TFRecordWriter(f).write(b"abc"). */
  @Test
  void theFrameIsThatOfTensorFlow() {
    byte[] frame = TfRecords.framed("abc".getBytes(StandardCharsets.US_ASCII));
    assertThat(frame).hasSize(19).startsWith(3, 0, 0, 0, 0, 0, 0, 0);
    assertThat(HexFormat.of().formatHex(frame, 12, 15)).isEqualTo("616263");
    // crc32c("123456789") = 0xe3069283 is the check value of the polynomial; rotated and shifted:
    byte[] known = TfRecords.framed("123456789".getBytes(StandardCharsets.US_ASCII));
    int masked = Integer.rotateRight(0xe3069283, 15) + 0xa282ead8;
    assertThat(HexFormat.of().formatHex(known, 21, 25))
        .isEqualTo(HexFormat.of().toHexDigits(Integer.reverseBytes(masked)));
  }

  @Test
  void everyChangedByteOfAFrameIsFound() throws IOException {
    byte[] frame = example("text", text("some text".getBytes(StandardCharsets.UTF_8)));
    List<Integer> missed = new ArrayList<>();
    for (int i = 0; i < frame.length; i++) {
      byte[] damaged = frame.clone();
      damaged[i] ^= 0x10;
      Path file = records(frame, damaged, frame);
      try {
        heard(file, "text");
        missed.add(i);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("must hold a whole TFRecord at byte " + frame.length);
      }
    }
    assertThat(missed).isEmpty();
    for (int length = 1; length < frame.length; length++) {
      Path file = records(Arrays.copyOf(frame, length));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> heard(file, "text"))
          .withMessageContaining("the file is cut off");
    }
  }
}
