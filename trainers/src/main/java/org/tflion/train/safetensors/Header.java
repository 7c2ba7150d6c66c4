package org.tflion.train.safetensors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.tflion.Require;
import org.tflion.train.data.format.JsonText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the header of a file says, checked against the number of bytes that follow it: every byte
 * belongs to one tensor.
 *
 * @param tensors in the order of their bytes
 */
record Header(List<StoredTensor> tensors) {

  static final String METADATA = "__metadata__";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<String> KEYS = List.of("dtype", "shape", "data_offsets");

  Header {
    tensors = List.copyOf(tensors);
  }

  /**
   * Reads a header.
   *
   * @param text JSON in UTF-8
   * @param data bytes that follow it
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Header parse(byte[] text, long data) {
    JsonNode root = JsonText.object(text, 0, text.length);
    List<StoredTensor> tensors = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (entry.getKey().equals(METADATA)) {
        requireTexts(entry.getValue());
      } else {
        tensors.add(tensor(entry.getKey(), entry.getValue()));
      }
    }
    tensors.sort(
        Comparator.comparingLong(StoredTensor::begin).thenComparingLong(StoredTensor::end));
    requireWhole(tensors, data);
    return new Header(tensors);
  }

  private static void requireTexts(JsonNode metadata) {
    Require.that(metadata.isObject(), METADATA + " must be an object", JsonText.shown(metadata));
    for (JsonNode value : metadata) {
      Require.that(value.isString(), METADATA + " must hold texts", JsonText.shown(value));
    }
  }

  private static StoredTensor tensor(String name, JsonNode says) {
    String who = "tensor " + JsonText.shown(name);
    Require.that(
        says.isObject() && says.size() == KEYS.size() && KEYS.stream().allMatch(says::has),
        who + " must have " + String.join(", ", KEYS) + " and nothing else",
        JsonText.shown(says));
    ElementType type = type(who, says.get("dtype"));
    List<Long> shape = numbers(who + ": shape", says.get("shape"));
    List<Long> offsets = numbers(who + ": data_offsets", says.get("data_offsets"));
    Require.that(offsets.size() == 2, who + ": data_offsets must be two", offsets.size());
    StoredTensor tensor = new StoredTensor(name, type, shape, offsets.get(0), offsets.get(1));
    long bytes = bytes(who, type, shape);
    Require.that(
        tensor.end() - tensor.begin() == bytes,
        "%s: data_offsets must be %d bytes apart for its %s numbers of shape %s"
            .formatted(who, bytes, type, JsonText.shown(shape)),
        offsets);
    return tensor;
  }

  private static ElementType type(String who, JsonNode name) {
    for (ElementType type : ElementType.values()) {
      if (name.isString() && type.name().equals(name.stringValue())) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "%s: dtype must be one of %s (got %s)"
            .formatted(who, List.of(ElementType.values()), JsonText.shown(name)));
  }

  private static List<Long> numbers(String who, JsonNode list) {
    Require.that(list.isArray(), who + " must be a list", JsonText.shown(list));
    List<Long> numbers = new ArrayList<>();
    for (JsonNode number : list) {
      Require.that(
          number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0,
          who + " must be of whole numbers of 0 or more",
          JsonText.shown(number));
      numbers.add(number.longValue());
    }
    return numbers;
  }

  private static long bytes(String who, ElementType type, List<Long> shape) {
    try {
      return StoredTensor.bytes(type, shape);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          who + ": shape must be of a tensor that can be (got " + JsonText.shown(shape) + ")", e);
    }
  }

  /** No byte belongs to two tensors, or to none. */
  private static void requireWhole(List<StoredTensor> tensors, long data) {
    long end = 0;
    for (StoredTensor tensor : tensors) {
      String who = "tensor " + JsonText.shown(tensor.name());
      Require.that(
          tensor.begin() == end,
          who + " must begin at byte " + end + " of the data",
          tensor.begin());
      Require.that(
          tensor.end() <= data, who + " must end within the " + data + " bytes", tensor.end());
      end = tensor.end();
    }
    Require.that(end == data, "the tensors must take up all " + data + " bytes of the data", end);
  }

  /** The text of the header, as long as a multiple of 8. */
  byte[] json() {
    ObjectNode root = JSON.createObjectNode();
    root.putObject(METADATA).put("format", "pt");
    for (StoredTensor tensor : tensors) {
      ObjectNode says = root.putObject(tensor.name());
      says.put("dtype", tensor.type().name());
      ArrayNode shape = says.putArray("shape");
      tensor.shape().forEach(size -> shape.add(size));
      says.putArray("data_offsets").add(tensor.begin()).add(tensor.end());
    }
    byte[] text = JSON.writeValueAsBytes(root);
    byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }
}
