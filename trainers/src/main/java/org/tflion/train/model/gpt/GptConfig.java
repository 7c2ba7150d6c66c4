package org.tflion.train.model.gpt;

import java.util.List;
import java.util.Set;
import org.tflion.Require;
import org.tflion.train.model.ModelConfig;
import org.tflion.train.model.layer.Activation;
import org.tflion.train.model.layer.BlockShape;

/**
 * The shape of a GPT: a stack of equal blocks of attention and feed-forward.
 *
 * <p>Messages name the keys of a config file, such as {@code model.head_width}.
 *
 * @param layers number of blocks; 1 or more
 * @param heads attention heads of a block; 1 or more, and a divisor of the width unless {@code
 *     headWidth} is given
 * @param width numbers that stand for one token between blocks; 1 or more
 * @param context most tokens the model sees at once; 1 or more
 * @param positions how a token knows its place: {@code learned} (a table with one row per place) or
 *     {@code rope} (queries and keys turned by their place; needs an even head width)
 * @param norm {@code layernorm} or {@code rmsnorm}
 * @param activation of the feed-forward layer: {@code gelu} (exact, by erf), {@code gelu_tanh} or
 *     {@code geglu} (gated)
 * @param bias whether linear and norm layers have one
 * @param headWidth numbers of a query, key or value of one head; 0 means {@code width / heads}
 * @param dropout share of the embeddings, of the attention's shares and of what each half of a
 *     block adds, that is dropped while training; in [0, 1)
 * @param vocabulary rows of the token table; 0 means as many as the tokenizer knows, otherwise at
 *     least that
 */
public record GptConfig(
    int layers,
    int heads,
    int width,
    int context,
    String positions,
    String norm,
    String activation,
    boolean bias,
    int headWidth,
    double dropout,
    int vocabulary)
    implements ModelConfig {

  public static final List<String> POSITIONS = List.of("learned", "rope");
  public static final List<String> NORMS = List.of("layernorm", "rmsnorm");
  public static final List<String> ACTIVATIONS = List.of("gelu", "gelu_tanh", "geglu");

  /** Above any machine; far below what a long can count, so that no later product overflows. */
  private static final double MOST_PARAMETERS = 1e12;

  /**
   * Checks every number and name.
   *
   * @throws IllegalArgumentException if one is outside its range, or they do not fit together
   */
  public GptConfig {
    Require.that(layers > 0, "model.layers must be 1 or more", layers);
    Require.that(heads > 0, "model.heads must be 1 or more", heads);
    Require.that(width > 0, "model.width must be 1 or more", width);
    Require.that(context > 0, "model.context must be 1 or more", context);
    Require.that(
        POSITIONS.contains(positions), "model.positions must be one of " + POSITIONS, positions);
    Require.that(NORMS.contains(norm), "model.norm must be one of " + NORMS, norm);
    Require.that(
        ACTIVATIONS.contains(activation),
        "model.activation must be one of " + ACTIVATIONS,
        activation);
    Require.that(headWidth >= 0, "model.head_width must be 0 (width / heads) or more", headWidth);
    Require.share("model.dropout", dropout);
    Require.that(
        vocabulary >= 0, "model.vocabulary must be 0 (that of the tokenizer) or more", vocabulary);
    Require.that(
        headWidth > 0 || width % heads == 0,
        "model.heads must divide model.width " + width + " unless model.head_width is set",
        heads);
    Require.that(
        positions.equals("learned") || widthOfHead(width, heads, headWidth) % 2 == 0,
        "model.positions rope needs an even head width",
        widthOfHead(width, heads, headWidth));
    double attention = 4.0 * width * heads * widthOfHead(width, heads, headWidth);
    double feedForward = (activation.equals("geglu") ? 12.0 : 8.0) * width * width;
    double tables = ((double) vocabulary + (positions.equals("learned") ? context : 0)) * width;
    double parameters = layers * (attention + feedForward) + tables;
    Require.that(
        parameters <= MOST_PARAMETERS,
        "model.width must keep the model within 1e12 parameters; set fewer model.layers or a"
            + " smaller model.width, model.head_width, model.context or model.vocabulary",
        "%.1e".formatted(parameters));
  }

  @Override
  public Set<String> free() {
    return Set.of("dropout");
  }

  @Override
  public Set<String> meaning() {
    return Set.of("heads", "positions", "norm", "activation");
  }

  /** The width of one head: the one given, or the heads' equal share of the model's width. */
  public int widthOfHead() {
    return widthOfHead(width, heads, headWidth);
  }

  /** What its blocks have in common. */
  BlockShape blocks() {
    return new BlockShape(
        layers,
        heads,
        widthOfHead(),
        width,
        positions.equals("rope"),
        norm.equals("layernorm"),
        activation.equals("gelu_tanh") ? Activation.GELU_TANH : Activation.GELU,
        activation.equals("geglu"),
        bias,
        dropout);
  }

  private static int widthOfHead(int width, int heads, int headWidth) {
    return headWidth > 0 ? headWidth : width / heads;
  }
}
