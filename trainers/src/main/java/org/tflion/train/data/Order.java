package org.tflion.train.data;

import org.tflion.train.data.source.TokenSource;

/**
 * Where the rows of a source start: a function of the step and the row alone, so that a run goes on
 * from any step, and the position in the data needs no saving.
 */
sealed interface Order {

  /**
   * The first token of a row.
   *
   * @param step any number
   * @param row of the step's batch, from 0
   */
  long start(long step, int row);

  /**
   * Any place, each as likely.
   *
   * <pre>{@code
   * start = floor(u * places / 2^63)
   * u = mix(mix(mix(seed) + step) + (row + 1) * gamma) >>> 1
   * }</pre>
   *
   * <p>A place is more or less likely than another by at most {@code places / 2^63}.
   *
   * @param places number of them
   * @param key {@code mix(seed)}
   */
  record Random(long places, long key) implements Order {

    static Random of(TokenSource source, int context, long seed) {
      return new Random(source.length() - context, Mix.of(seed));
    }

    @Override
    public long start(long step, int row) {
      return Mix.below(Mix.of(Mix.of(key + step) + (row + 1) * Mix.GAMMA), places);
    }
  }

  /**
   * Pieces as long as the context, each once an epoch, in an order of its own every epoch.
   *
   * <pre>{@code
   * n = step * batch + row;  epoch = n / pieces
   * start = offset(epoch) + context * permutation(epoch)[n mod pieces]
   * }</pre>
   *
   * <p>What remains behind the last piece is shared out by the offset, another one every epoch.
   *
   * @param pieces number of them
   * @param context length of each
   * @param rest tokens that remain
   * @param batch rows of a step
   * @param key which order
   */
  record Epochs(long pieces, int context, long rest, int batch, long key) implements Order {

    static Epochs of(TokenSource source, int context, int batch, long seed) {
      long pieces = (source.length() - 1) / context;
      long rest = source.length() - 1 - pieces * context;
      return new Epochs(pieces, context, rest, batch, Mix.of(seed));
    }

    @Override
    public long start(long step, int row) {
      long number = step * batch + row;
      long own = Mix.of(key + Math.floorDiv(number, pieces));
      long piece = new Permutation(pieces, own).at(Math.floorMod(number, pieces));
      return Mix.below(Mix.of(own), rest + 1) + context * piece;
    }
  }
}
