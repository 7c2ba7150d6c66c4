package org.tflion.train.model.bert;

import java.util.Set;
import org.tflion.Require;
import org.tflion.train.model.ModelConfig;
import org.tflion.train.model.layer.Activation;
import org.tflion.train.model.layer.BlockShape;

/**
 * The shape of an encoder of text.
 *
 * <p>Messages name the keys of a config file, such as {@code model.context}.
 *
 * @param layers number of blocks; 1 or more
 * @param heads attention heads of a block; a divisor of the width
 * @param width channels of a token between blocks; 1 or more
 * @param context tokens of a row; 2 or more
 * @param dropout share of the embeddings, of the attention's shares and of what each half of a
 *     block adds, that is dropped while training; in [0, 1)
 * @param vocabulary rows of the token table; 0 means as many as the tokenizer knows and one for the
 *     mask, otherwise at least that
 */
public record BertConfig(
    int layers, int heads, int width, int context, double dropout, int vocabulary)
    implements ModelConfig {

  /**
   * Checks every number.
   *
   * @throws IllegalArgumentException if one is outside its range, or they do not fit together
   */
  public BertConfig {
    Require.that(layers > 0, "model.layers must be 1 or more", layers);
    Require.that(width > 0, "model.width must be 1 or more", width);
    Require.that(
        heads > 0 && width % heads == 0, "model.heads must divide model.width " + width, heads);
    Require.that(context > 1, "model.context must be 2 or more", context);
    Require.share("model.dropout", dropout);
    Require.that(
        vocabulary >= 0,
        "model.vocabulary must be 0 (that of the tokenizer and the mask) or more",
        vocabulary);
  }

  @Override
  public Set<String> free() {
    return Set.of("dropout");
  }

  @Override
  public Set<String> meaning() {
    return Set.of("heads");
  }

  BlockShape blocks() {
    return new BlockShape(
        layers, heads, width / heads, width, false, true, Activation.GELU, false, true, dropout);
  }
}
