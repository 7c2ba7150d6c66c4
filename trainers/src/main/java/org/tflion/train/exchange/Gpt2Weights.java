package org.tflion.train.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.data.format.JsonText;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.gpt.Gpt;
import org.tflion.train.model.gpt.GptConfig;
import org.tflion.train.safetensors.StoredTensor;
import org.tflion.train.safetensors.TensorFolder;
import org.tflion.train.safetensors.TensorFolderWriter;

/**
 * The weights of a {@link Gpt} under the names of Hugging Face's GPT-2.
 *
 * <pre>{@code
 * embedding.tokens             wte.weight          [V, C], which is also the output layer
 * embedding.positions          wpe.weight          [context, C]
 * blocks.I.attention_norm      h.I.ln_1
 * blocks.I.attention.qkv       h.I.attn.c_attn     [C, 3 C]: all queries, keys, values
 * blocks.I.attention.output    h.I.attn.c_proj     [C, C]
 * blocks.I.feed_forward_norm   h.I.ln_2
 * blocks.I.feed_forward.input  h.I.mlp.c_fc        [C, 4 C]
 * blocks.I.feed_forward.output h.I.mlp.c_proj      [4 C, C]
 * norm                         ln_f
 * }</pre>
 *
 * <p>Its linear layers keep their matrices as [in, out], as ours do, so none is transposed. It has
 * biases everywhere: a model without them is written with zeros.
 */
public final class Gpt2Weights {

  private static final String PREFIX = "transformer.";
  private static final String HEAD = "lm_head.weight";

  /** Masks, which old files keep. */
  private static final String MASK = ".*\\.attn\\.(masked_)?bias";

  private Gpt2Weights() {}

  /** The name that GPT-2 has for one of our parameters, without its prefix. */
  static String name(String parameter) {
    return parameter
        .replace("embedding.tokens", "wte.weight")
        .replace("embedding.positions", "wpe.weight")
        .replaceFirst("^blocks\\.", "h.")
        .replaceFirst("^norm\\.", "ln_f.")
        .replace(".attention_norm.", ".ln_1.")
        .replace(".feed_forward_norm.", ".ln_2.")
        .replace(".attention.qkv.", ".attn.c_attn.")
        .replace(".attention.output.", ".attn.c_proj.")
        .replace(".feed_forward.input.", ".mlp.c_fc.")
        .replace(".feed_forward.output.", ".mlp.c_proj.")
        .replaceFirst("\\.gain$", ".weight");
  }

  /**
   * Writes a model.
   *
   * @param values numbers of one of the model's parameters, row after row
   */
  public static void write(Gpt model, Function<String, float[]> values, TensorFolderWriter writer) {
    Map<String, String> own = new HashMap<>();
    model.parameters().forEach(p -> own.put(PREFIX + name(p.name()), p.name()));
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    withBiases(model).parameters().forEach(p -> shapes.put(PREFIX + name(p.name()), p.sizes()));
    writer.write(
        shapes,
        name -> {
          String parameter = own.get(name);
          return parameter == null ? zeros(shapes.get(name)) : values.apply(parameter);
        });
  }

  private static float[] zeros(@Nullable List<Long> bias) {
    return new float[Math.toIntExact(Objects.requireNonNull(bias).get(0))];
  }

  private static Gpt withBiases(Gpt model) {
    GptConfig c = model.config();
    GptConfig biased =
        new GptConfig(
            c.layers(),
            c.heads(),
            c.width(),
            c.context(),
            c.positions(),
            c.norm(),
            c.activation(),
            true,
            c.headWidth(),
            c.dropout(),
            c.vocabulary());
    return new Gpt(biased, model.vocabulary());
  }

  /**
   * The numbers of the model's parameters, each read when it is asked for.
   *
   * @throws IllegalArgumentException if a tensor is missing, of another shape, or not the model's,
   *     naming it
   */
  public static Function<String, float[]> read(Gpt model, TensorFolder folder) {
    Map<String, StoredTensor> there = folder.tensors();
    String prefix = there.containsKey(PREFIX + "wte.weight") ? PREFIX : "";
    List<String> rest = new ArrayList<>(there.keySet());
    for (Parameter parameter : model.parameters()) {
      String name = prefix + name(parameter.name());
      StoredTensor tensor = there.get(name);
      Require.that(
          tensor != null && tensor.shape().equals(parameter.sizes()),
          "import: tensor %s must be of shape %s".formatted(name, parameter.sizes()),
          tensor == null ? "none" : tensor.shape());
      rest.remove(name);
    }
    for (String name : rest) {
      boolean known = name.equals(HEAD) || name.matches(MASK);
      Require.that(known, "import: every tensor must be one of GPT-2's", JsonText.shown(name));
    }
    if (rest.contains(HEAD)) {
      Require.that(
          Arrays.equals(folder.floats(HEAD), folder.floats(prefix + "wte.weight")),
          "import: " + HEAD + " must be equal to " + prefix + "wte.weight, to which it is tied",
          "other numbers");
    }
    return parameter -> folder.floats(prefix + name(parameter));
  }
}
