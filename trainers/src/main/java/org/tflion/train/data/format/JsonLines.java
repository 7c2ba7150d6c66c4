package org.tflion.train.data.format;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.train.data.source.FileBytes;
import tools.jackson.databind.JsonNode;

/**
 * The documents of a unit of JSON lines. Lines of white space alone are left out.
 *
 * @param unit whole lines
 * @param field that holds the text of each object
 */
record JsonLines(Unit unit, String field) {

  void read(DocumentSink sink) {
    byte[] bytes = unit.bytes();
    for (int from = 0, to; from < bytes.length; from = to + 1) {
      to = from;
      while (to < bytes.length && bytes[to] != '\n') {
        to++;
      }
      String text = document(bytes, from, to);
      if (text != null && !text.isEmpty()) {
        sink.text(text);
        sink.end();
      }
    }
  }

  private @Nullable String document(byte[] bytes, int from, int to) {
    if (isBlank(bytes, from, to)) {
      return null;
    }
    JsonNode tree;
    try {
      tree = JsonText.object(bytes, from, to - from);
    } catch (IllegalArgumentException e) {
      throw refusal("must be a JSON object", String.valueOf(e.getMessage()), from, e);
    }
    JsonNode value = tree.get(field);
    if (value == null) {
      List<String> names = tree.properties().stream().map(e -> e.getKey()).limit(20).toList();
      throw refusal("must have the field '" + field + "' (data.field)", names, from, null);
    }
    if (!value.isString()) {
      throw refusal(
          "must have text in '" + field + "'",
          "a value of type " + value.getNodeType(),
          from,
          null);
    }
    String text = value.stringValue();
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw refusal("must have Unicode in '" + field + "'", "half a surrogate pair", from, null);
    }
    return text;
  }

  private static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\r' && bytes[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  private IllegalArgumentException refusal(
      String rule, Object got, int from, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "data.path: line %d of %s %s (got %s)"
            .formatted(
                line(unit.file(), unit.from() + from), unit.file(), rule, JsonText.shown(got)),
        cause);
  }

  /** The number of the line that a byte begins, from 1. */
  private static long line(Path file, long at) {
    FileBytes bytes = FileBytes.open(List.of(file));
    byte[] block = new byte[1 << 16];
    long line = 1;
    for (long from = 0; from < at; from += block.length) {
      int count = (int) Math.min(block.length, at - from);
      bytes.read(from, block, 0, count);
      for (int i = 0; i < count; i++) {
        line += block[i] == '\n' ? 1 : 0;
      }
    }
    return line;
  }
}
