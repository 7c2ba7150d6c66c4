package org.tflion.tokenizer.hf;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import org.tflion.Require;
import org.tflion.train.data.format.JsonText;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.data.tokenizer.TokenizerSpec;
import tools.jackson.databind.JsonNode;

/**
 * A tokenizer by Hugging Face's library, without its special tokens at the ends, truncation or
 * padding. Unlike the tokenizers of tflion itself it takes the name of a special token in a text
 * for the token.
 */
final class HuggingFaceJson implements Tokenizer {

  static {
    // The library would otherwise look for other builds of itself on the network, and report its
    // use.
    System.setProperty("ai.djl.offline", "true");
  }

  private static final String END_OF_TEXT = "<|endoftext|>";

  private final String json;
  private final HuggingFaceTokenizer tokenizer;
  private final int vocabulary;
  private final OptionalInt endOfText;

  HuggingFaceJson(String json) {
    this.json = json;
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    JsonNode root;
    try {
      root = JsonText.object(utf8, 0, utf8.length);
    } catch (IllegalArgumentException e) {
      throw refusal(e);
    }
    JsonNode vocab = root.path("model").path("vocab");
    int most = vocab.isArray() ? vocab.size() - 1 : -1;
    OptionalInt end = OptionalInt.empty();
    for (Map.Entry<String, JsonNode> token : vocab.properties()) {
      most = Math.max(most, token.getValue().asInt(-1));
    }
    for (JsonNode token : root.path("added_tokens")) {
      most = Math.max(most, token.path("id").asInt(-1));
      if (token.path("content").asString("").equals(END_OF_TEXT)) {
        end = OptionalInt.of(token.path("id").asInt(-1));
      }
    }
    Require.that(most >= 0, "a tokenizer.json must have a vocabulary", "none");
    this.vocabulary = most + 1;
    this.endOfText = end;
    this.tokenizer = open(utf8);
  }

  private static HuggingFaceTokenizer open(byte[] utf8) {
    Map<String, String> options = Map.of("truncation", "false", "padding", "false");
    try (InputStream in = new ByteArrayInputStream(utf8)) {
      return HuggingFaceTokenizer.newInstance(in, options);
    } catch (IOException | RuntimeException e) {
      throw refusal(e);
    }
  }

  private static IllegalArgumentException refusal(Exception e) {
    return new IllegalArgumentException(
        "a tokenizer.json must be one that Hugging Face's library reads (got "
            + JsonText.shown(String.valueOf(e.getMessage()))
            + ")",
        e);
  }

  @Override
  public TokenizerSpec spec() {
    return new TokenizerSpec(HuggingFaceReader.NAME, json);
  }

  @Override
  public int vocabularySize() {
    return vocabulary;
  }

  @Override
  public int[] encode(String text) {
    return Arrays.stream(tokenizer.encode(text, false, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  @Override
  public String decode(int[] tokens) {
    for (int token : tokens) {
      Require.that(
          token >= 0 && token < vocabulary,
          "huggingface tokenizer: tokens must be in [0, " + vocabulary + ")",
          token);
    }
    return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), false);
  }

  @Override
  public OptionalInt endOfText() {
    return endOfText;
  }

  /** Its rules may look across white space. */
  @Override
  public boolean splitsBeforeSpaces() {
    return false;
  }
}
