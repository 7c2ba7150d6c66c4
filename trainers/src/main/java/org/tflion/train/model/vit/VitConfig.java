package org.tflion.train.model.vit;

import java.util.List;
import java.util.Set;
import org.tflion.Require;
import org.tflion.train.model.ModelConfig;
import org.tflion.train.model.layer.Activation;
import org.tflion.train.model.layer.BlockShape;

/**
 * The shape of a vision transformer.
 *
 * <p>Messages name the keys of a config file, such as {@code model.patch}.
 *
 * @param image height and width of a picture; 1 or more
 * @param channels numbers of a pixel; 1 or more
 * @param patch height and width of a patch; a divisor of the image
 * @param classes that a picture may be of; 2 or more
 * @param layers number of blocks; 1 or more
 * @param heads attention heads of a block; a divisor of the width
 * @param width channels of a patch between blocks; 1 or more
 * @param pooling what is classified: a {@code class} token of its own, or the {@code mean} of the
 *     patches
 * @param dropout share of the embeddings, of the attention's shares and of what each half of a
 *     block adds, that is dropped while training; in [0, 1)
 * @param smoothing share of a label that is spread over all classes; in [0, 1)
 */
public record VitConfig(
    int image,
    int channels,
    int patch,
    int classes,
    int layers,
    int heads,
    int width,
    String pooling,
    double dropout,
    double smoothing)
    implements ModelConfig {

  public static final List<String> POOLINGS = List.of("class", "mean");

  /**
   * Checks every number and name.
   *
   * @throws IllegalArgumentException if one is outside its range, or they do not fit together
   */
  public VitConfig {
    Require.that(image > 0, "model.image must be 1 or more", image);
    Require.that(channels > 0, "model.channels must be 1 or more", channels);
    Require.that(
        patch > 0 && image % patch == 0, "model.patch must divide model.image " + image, patch);
    Require.that(classes > 1, "model.classes must be 2 or more", classes);
    Require.that(layers > 0, "model.layers must be 1 or more", layers);
    Require.that(width > 0, "model.width must be 1 or more", width);
    Require.that(
        heads > 0 && width % heads == 0, "model.heads must divide model.width " + width, heads);
    Require.that(POOLINGS.contains(pooling), "model.pooling must be one of " + POOLINGS, pooling);
    Require.share("model.dropout", dropout);
    Require.share("model.smoothing", smoothing);
  }

  @Override
  public Set<String> free() {
    return Set.of("dropout", "smoothing");
  }

  @Override
  public Set<String> meaning() {
    return Set.of("heads", "patch", "pooling");
  }

  boolean hasClassToken() {
    return pooling.equals("class");
  }

  /** Patches along one side. */
  int side() {
    return image / patch;
  }

  /** Numbers of a patch. */
  int numbers() {
    return patch * patch * channels;
  }

  /** Tokens of a picture. */
  int tokens() {
    return side() * side() + (hasClassToken() ? 1 : 0);
  }

  BlockShape blocks() {
    return new BlockShape(
        layers, heads, width / heads, width, false, true, Activation.GELU, false, true, dropout);
  }
}
