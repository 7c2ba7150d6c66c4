package org.tflion.train.model.layer;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What all blocks of a transformer have in common.
 *
 * <p>Matrices start normal with deviation 0.02, those that write to the residual stream with 0.02 /
 * sqrt(2 layers), as GPT-2 has it.
 *
 * @param layers number of blocks
 * @param heads attention heads of a block
 * @param headWidth channels of a head
 * @param width channels of a token between blocks
 * @param rotary whether queries and keys carry rotary positions
 * @param centred whether norms are layernorms; else rmsnorms
 * @param activation of the feed-forward layer
 * @param gated whether half of that layer gates the other
 * @param bias whether linear and norm layers have one
 * @param dropout share of the attention's shares, and of what each half of a block adds
 */
public record BlockShape(
    int layers,
    int heads,
    int headWidth,
    int width,
    boolean rotary,
    boolean centred,
    Activation activation,
    boolean gated,
    boolean bias,
    double dropout) {

  /** Of the first value of a matrix. */
  public static final double DEVIATION = 0.02;

  /** The blocks, {@code blocks.0} and on. */
  public List<Block> blocks() {
    return IntStream.range(0, layers).mapToObj(index -> Block.of(index, this)).toList();
  }

  /** A norm of the blocks' kind. */
  public Norm norm(String name) {
    return new Norm(name, width, centred, bias);
  }

  /** Of the first value of a matrix that writes to the residual stream. */
  double residualDeviation() {
    return DEVIATION / Math.sqrt(2.0 * layers);
  }
}
