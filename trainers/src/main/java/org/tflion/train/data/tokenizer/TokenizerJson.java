package org.tflion.train.data.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.tflion.Require;
import org.tflion.train.data.format.JsonText;
import tools.jackson.databind.JsonNode;

/**
 * What a {@code tokenizer.json} of byte-level BPE says, checked.
 *
 * @param bytes of each token // [vocabulary][]
 * @param tokenOfByte the token of each byte alone // [256]
 * @param merges of pairs of tokens
 * @param endOfText the token that ends a document
 */
@SuppressWarnings("ArrayRecordComponent") // It is unpacked once, by the tokenizer.
record TokenizerJson(byte[][] bytes, int[] tokenOfByte, Merges merges, OptionalInt endOfText) {

  private static final List<String> KEYS =
      List.of(
          "version",
          "truncation",
          "padding",
          "added_tokens",
          "normalizer",
          "pre_tokenizer",
          "post_processor",
          "decoder",
          "model");

  private static final List<String> MODEL_KEYS =
      List.of(
          "type",
          "dropout",
          "unk_token",
          "continuing_subword_prefix",
          "end_of_word_suffix",
          "fuse_unk",
          "byte_fallback",
          "ignore_merges",
          "vocab",
          "merges");

  /**
   * Reads and checks the text of a file.
   *
   * @throws IllegalArgumentException if it is not that, naming the first key that differs
   */
  static TokenizerJson parse(String json) {
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    JsonNode root;
    try {
      root = JsonText.object(utf8, 0, utf8.length);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a tokenizer.json must be a JSON object (got " + e.getMessage() + ")", e);
    }
    requireShape(root);
    return new VocabularyTables(root).read();
  }

  /** Everything that would give other tokens than byte-level BPE as GPT-2 has it. */
  private static void requireShape(JsonNode root) {
    requireKeys("", root, KEYS);
    for (String absent : List.of("truncation", "padding", "normalizer")) {
      require(isNull(root.path(absent)), absent, "null", root.path(absent));
    }
    JsonNode words = root.path("pre_tokenizer");
    requireType(words, "pre_tokenizer");
    require(
        isFalse(words.path("add_prefix_space")), "pre_tokenizer.add_prefix_space", "false", words);
    JsonNode regex = words.path("use_regex");
    require(regex.isMissingNode() || isTrue(regex), "pre_tokenizer.use_regex", "true", regex);
    if (!isNull(root.path("post_processor"))) {
      requireType(root.path("post_processor"), "post_processor");
    }
    requireType(root.path("decoder"), "decoder");
    JsonNode model = root.path("model");
    require(model.isObject(), "model", "an object", model);
    requireKeys("model.", model, MODEL_KEYS);
    String type = model.path("type").asString("none");
    require(type.equals("BPE"), "model.type", "BPE", model.path("type"));
    for (String absent : List.of("dropout", "unk_token")) {
      require(isNull(model.path(absent)), "model." + absent, "null", model.path(absent));
    }
    for (String empty : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      JsonNode value = model.path(empty);
      boolean none = isNull(value) || (value.isString() && value.stringValue().isEmpty());
      require(none, "model." + empty, "null", value);
    }
    for (String off : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
      JsonNode value = model.path(off);
      require(isNull(value) || isFalse(value), "model." + off, "false", value);
    }
  }

  private static void requireKeys(String prefix, JsonNode object, List<String> known) {
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String name = prefix + JsonText.shown(entry.getKey());
      require(known.contains(entry.getKey()), name, "absent", entry.getValue());
    }
  }

  private static void requireType(JsonNode part, String name) {
    JsonNode type = part.path("type");
    boolean right = type.isString() && type.stringValue().equals("ByteLevel");
    require(right, name + ".type", "ByteLevel", type.isMissingNode() ? part : type);
  }

  private static boolean isNull(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static boolean isFalse(JsonNode node) {
    return node.isBoolean() && !node.booleanValue();
  }

  private static boolean isTrue(JsonNode node) {
    return node.isBoolean() && node.booleanValue();
  }

  static void require(boolean holds, String key, String rule, Object got) {
    Require.that(
        holds,
        "only byte-level BPE is read here: " + key + " must be " + rule,
        JsonText.shown(got));
  }
}
