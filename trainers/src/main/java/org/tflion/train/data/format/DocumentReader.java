package org.tflion.train.data.format;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.TreeSet;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tflion.Require;

/**
 * Reads the documents of units.
 *
 * @param field of a JSON line, or feature of an {@code Example}, that holds the document
 */
public record DocumentReader(String field) {

  /**
   * Reads one unit; empty documents are left out.
   *
   * @throws IllegalArgumentException if it is damaged, is not UTF-8, or lacks the field, with the
   *     place
   */
  public void read(Unit unit, DocumentSink sink) {
    switch (unit.format()) {
      case JSON_LINES -> new JsonLines(unit, field).read(sink);
      case TFRECORD -> TfRecords.read(unit, record -> example(unit, record, sink));
      default -> {
        sink.text(text(unit, ByteBuffer.wrap(unit.bytes()), unit.from()));
        if (unit.ends()) {
          sink.end();
        }
      }
    }
  }

  /** Text of UTF-8; refused with the number of the first byte that is none. */
  private static String text(Unit unit, ByteBuffer bytes, long from) {
    // UTF-8 never takes more UTF-16 units than bytes.
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
    if (result.isError()) {
      throw new IllegalArgumentException(
          ("data.path: %s must be UTF-8, which breaks at byte %d:"
                  + " convert the file, or use the byte tokenizer, which reads any plain file")
              .formatted(unit.file(), from + bytes.position()));
    }
    return text.flip().toString();
  }

  private void example(Unit unit, ByteBuffer record, DocumentSink sink) {
    Example example;
    try {
      example = Example.parseFrom(record);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "data.path: %s must hold tf.train.Example records (got something else before byte %d)"
              .formatted(unit.file(), unit.to()),
          e);
    }
    Feature feature = example.getFeatures().getFeatureMap().get(field);
    if (feature == null) {
      throw new IllegalArgumentException(
          "data.field must name a feature of every record (got %s, %s has one with %s before byte %d)"
              .formatted(
                  field,
                  unit.file(),
                  JsonText.shown(new TreeSet<>(example.getFeatures().getFeatureMap().keySet())),
                  unit.to()));
    }
    document(unit, feature, sink);
  }

  private void document(Unit unit, Feature feature, DocumentSink sink) {
    if (feature.hasInt64List()) {
      if (feature.getInt64List().getValueCount() > 0) {
        sink.tokens(feature.getInt64List().getValueList());
        sink.end();
      }
      return;
    }
    Require.that(
        feature.hasBytesList() && feature.getBytesList().getValueCount() == 1,
        "data.field: feature " + field + " of " + unit.file() + " must be one text or int64 tokens",
        feature.getKindCase().toString().replace("_", " ").toLowerCase(Locale.ROOT));
    ByteBuffer utf8 = feature.getBytesList().getValue(0).asReadOnlyByteBuffer();
    if (utf8.hasRemaining()) {
      sink.text(text(unit, utf8, 0));
      sink.end();
    }
  }
}
