package org.tflion.train.data.tokenizer;

import static org.tflion.train.data.tokenizer.TokenizerJson.require;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The tokens and merges of a {@code tokenizer.json}, each checked against the others. */
final class VocabularyTables {

  private final JsonNode root;

  /** Tokens of symbols, and what they are called. */
  private final Map<String, Integer> ids = new HashMap<>();

  private final Map<String, Integer> special = new HashMap<>();

  VocabularyTables(JsonNode root) {
    this.root = root;
  }

  TokenizerJson read() {
    readAdded(root.path("added_tokens"));
    readVocabulary(root.path("model").path("vocab"));
    Map<Integer, byte[]> byId = new HashMap<>();
    special.forEach((token, id) -> byId.put(id, token.getBytes(StandardCharsets.UTF_8)));
    ids.forEach((token, id) -> byId.put(id, bytes(token)));
    int size = ids.size() + special.size();
    require(byId.size() == size, "model.vocab", "ids, each once", size - byId.size() + " twice");
    byte[][] all = new byte[size][];
    byId.forEach(
        (id, bytes) -> {
          require(id < all.length, "model.vocab", "ids without a gap", id);
          all[id] = bytes;
        });
    @Nullable Integer end = special.get(BpeTokenizer.END_OF_TEXT);
    return new TokenizerJson(
        all, tokenOfByte(), merges(), end == null ? OptionalInt.empty() : OptionalInt.of(end));
  }

  private void readAdded(JsonNode added) {
    require(isList(added) || added.isNull(), "added_tokens", "a list", added);
    for (JsonNode token : added) {
      JsonNode content = token.path("content");
      JsonNode isSpecial = token.path("special");
      require(content.isString(), "added_tokens", "objects with content", token);
      require(
          isSpecial.isBoolean() && isSpecial.booleanValue(),
          "added_tokens",
          "special tokens only",
          token);
      special.put(content.stringValue(), id("added_tokens", token.path("id")));
    }
  }

  private static boolean isList(JsonNode node) {
    return node.isArray() || node.isMissingNode();
  }

  /** Special tokens may stand in the vocabulary too, under the same number. */
  private void readVocabulary(JsonNode vocab) {
    require(vocab.isObject(), "model.vocab", "an object", vocab);
    for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
      int id = id("model.vocab", entry.getValue());
      Integer added = special.get(entry.getKey());
      require(added == null || added == id, "added_tokens", "as in model.vocab", entry.getKey());
      if (added == null) {
        ids.put(entry.getKey(), id);
      }
    }
  }

  private static int id(String key, JsonNode value) {
    require(value.isInt() && value.intValue() >= 0, key, "ids of 0 or more", value);
    return value.intValue();
  }

  private static byte[] bytes(String token) {
    String bytes = ByteSymbols.bytes(token);
    if (bytes == null) {
      require(false, "model.vocab", "tokens of the 256 symbols of bytes", token);
      return new byte[0];
    }
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }

  private int[] tokenOfByte() {
    int[] tokens = new int[ByteSymbols.BYTES];
    for (int b = 0; b < tokens.length; b++) {
      tokens[b] = known(String.valueOf(ByteSymbols.of(b)), "the symbol of every byte");
    }
    return tokens;
  }

  private int known(String token, String rule) {
    Integer id = ids.get(token);
    require(id != null, "model.vocab", rule, "no " + token);
    return id == null ? -1 : id;
  }

  private Merges merges() {
    JsonNode list = root.path("model").path("merges");
    require(list.isArray(), "model.merges", "a list", list);
    Merges merges = new Merges();
    for (JsonNode merge : list) {
      String[] pair = pair(merge);
      int left = known(pair[0], "every part of a merge");
      int right = known(pair[1], "every part of a merge");
      int token = known(pair[0] + pair[1], "the result of every merge");
      require(merges.add(left, right, token), "model.merges", "pairs, each once", merge);
    }
    return merges;
  }

  /** Both ways that files have: {@code "a b"} and {@code ["a", "b"]}. */
  private static String[] pair(JsonNode merge) {
    String[] pair = {};
    if (merge.isString()) {
      pair = merge.stringValue().split(" ", -1);
    } else if (merge.isArray() && merge.size() == 2) {
      pair = new String[] {merge.get(0).asString(""), merge.get(1).asString("")};
    }
    require(pair.length == 2, "model.merges", "pairs", merge);
    return pair;
  }
}
