package org.tflion.train.exchange;

import java.util.List;
import java.util.OptionalInt;
import org.tflion.Require;
import org.tflion.train.data.format.JsonText;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code config.json} of Hugging Face's GPT-2, in which a {@link Gpt} of learned positions,
 * layernorm and plain GELU fits. Whatever would compute something else is refused by its key.
 *
 * @see <a href="https://huggingface.co/docs/transformers/model_doc/gpt2">the keys</a>
 */
public final class Gpt2Config {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String FORMAT = "export: GPT-2's architecture needs ";

  /** Hugging Face's names of the exact function, and of the approximation by tanh. */
  private static final List<String> EXACT = List.of("gelu", "gelu_python");

  private static final List<String> BY_TANH = List.of("gelu_new", "gelu_pytorch_tanh", "gelu_fast");

  private static final double EPSILON = 1e-5;

  private Gpt2Config() {}

  /**
   * Refuses a model that GPT-2's architecture cannot hold.
   *
   * @throws IllegalArgumentException naming the key of the config
   */
  public static void requireFits(GptConfig config) {
    require(config.positions().equals("learned"), "positions learned", config.positions());
    require(config.norm().equals("layernorm"), "norm layernorm", config.norm());
    require(
        !config.activation().equals("geglu"), "activation gelu or gelu_tanh", config.activation());
    require(
        config.widthOfHead() * config.heads() == config.width(),
        "head_width 0 or width / heads",
        config.headWidth());
  }

  private static void require(boolean holds, String rule, Object got) {
    Require.that(holds, FORMAT + "model." + rule, got);
  }

  /** The text of the file. */
  public static String write(Gpt model, OptionalInt endOfText) {
    GptConfig config = model.config();
    requireFits(config);
    ObjectNode root = JSON.createObjectNode();
    root.putArray("architectures").add("GPT2LMHeadModel");
    root.put("model_type", "gpt2");
    root.put("vocab_size", model.vocabulary());
    root.put("n_positions", config.context());
    root.put("n_embd", config.width());
    root.put("n_layer", config.layers());
    root.put("n_head", config.heads());
    root.putNull("n_inner");
    root.put("activation_function", config.activation().equals("gelu") ? "gelu" : "gelu_new");
    for (String dropout : List.of("resid_pdrop", "embd_pdrop", "attn_pdrop")) {
      root.put(dropout, config.dropout());
    }
    root.put("layer_norm_epsilon", EPSILON);
    root.put("scale_attn_weights", true);
    root.put("tie_word_embeddings", true);
    for (String end : List.of("bos_token_id", "eos_token_id")) {
      if (endOfText.isPresent()) {
        root.put(end, endOfText.getAsInt());
      } else {
        root.putNull(end);
      }
    }
    root.put("dtype", "float32");
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  /**
   * Reads the text of a file.
   *
   * @param text in UTF-8
   * @throws IllegalArgumentException if it is not of such a model, naming the key
   */
  public static Gpt read(byte[] text) {
    JsonNode root = JsonText.object(text, 0, text.length);
    JsonNode type = root.path("model_type");
    require(type.isString() && type.stringValue().equals("gpt2"), "model_type", "gpt2", type);
    requireSameArithmetic(root);
    int width = number(root, "n_embd");
    JsonNode inner = root.path("n_inner");
    boolean usual = isAbsent(inner) || (inner.isInt() && inner.intValue() == 4L * width);
    require(usual, "n_inner", "null or 4 * n_embd", inner);
    GptConfig config =
        new GptConfig(
            number(root, "n_layer"),
            number(root, "n_head"),
            width,
            number(root, "n_positions"),
            "learned",
            "layernorm",
            activation(root.path("activation_function")),
            true,
            0,
            dropout(root),
            number(root, "vocab_size"));
    return new Gpt(config, config.vocabulary());
  }

  private static void requireSameArithmetic(JsonNode root) {
    JsonNode scaled = root.path("scale_attn_weights");
    require(isAbsent(scaled) || isTrue(scaled), "scale_attn_weights", "true", scaled);
    for (String off : List.of("scale_attn_by_inverse_layer_idx", "add_cross_attention")) {
      JsonNode value = root.path(off);
      require(isAbsent(value) || !isTrue(value), off, "false", value);
    }
    JsonNode epsilon = root.path("layer_norm_epsilon");
    require(
        isAbsent(epsilon) || (epsilon.isNumber() && epsilon.doubleValue() == EPSILON),
        "layer_norm_epsilon",
        "1e-5",
        epsilon);
  }

  private static String activation(JsonNode name) {
    String text = isAbsent(name) ? BY_TANH.get(0) : name.asString("");
    boolean exact = EXACT.contains(text);
    require(exact || BY_TANH.contains(text), "activation_function", "one of GELU's", name);
    return exact ? "gelu" : "gelu_tanh";
  }

  /** Of three numbers, where we have one; GPT-2's own default is 0.1. */
  private static double dropout(JsonNode root) {
    JsonNode first = root.path("resid_pdrop");
    for (String key : List.of("resid_pdrop", "embd_pdrop", "attn_pdrop")) {
      JsonNode value = root.path(key);
      require(isAbsent(value) || value.isNumber(), key, "a number", value);
      require(value.equals(first), key, "as resid_pdrop", value);
    }
    return isAbsent(first) ? 0.1 : first.doubleValue();
  }

  private static int number(JsonNode root, String key) {
    JsonNode value = root.path(key);
    require(value.isInt() && value.intValue() > 0, key, "a whole number above 0", value);
    return value.intValue();
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static boolean isTrue(JsonNode node) {
    return node.isBoolean() && node.booleanValue();
  }

  private static void require(boolean holds, String key, String rule, JsonNode got) {
    Require.that(
        holds,
        "config.json: " + key + " must be " + rule,
        got.isMissingNode() ? "nothing" : JsonText.shown(got));
  }
}
