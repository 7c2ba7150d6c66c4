package org.tflion.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.data.source.TokenSource;

/**
 * Draws the batch of any step from one source, or from several by their weights.
 *
 * <p>A batch depends on the seed and the step alone: see {@link Order} and {@link Mixture}. It
 * carries the documents of its tokens if its sources know them.
 */
public final class Sampler implements Batches {

  private record Windows(TokenSource source, Order order) {}

  private record Place(TokenSource source, long start) {}

  private final List<Windows> sources;
  private final Mixture mixture;
  private final int batch;
  private final int context;
  private final AtomicLong waited = new AtomicLong();

  /**
   * A sampler of rows that start anywhere in one source.
   *
   * @param batch rows; above 0
   * @param context tokens of a row, but for the one more that is only a target; above 0
   * @throws IllegalArgumentException if a number is out of range, a batch does not fit into an
   *     array, or the source is shorter than one row
   */
  public Sampler(TokenSource source, int batch, int context, long seed) {
    this(
        List.of(source),
        List.of(new Mixture.Part("", 1)),
        new Shape(batch, context),
        "random",
        seed);
  }

  /** The size of its batches: rows, and tokens of a row that are inputs. */
  record Shape(int batch, int context) {

    Shape {
      Require.that(batch > 0, "Sampler: batch must be above 0", batch);
      Require.that(context > 0, "Sampler: context must be above 0", context);
      Require.that(
          batch * (context + 1L) < Integer.MAX_VALUE - 8L,
          "Sampler: batch * (context + 1) must be below 2^31, use a smaller batch",
          batch * (context + 1L));
    }
  }

  /**
   * A sampler of several sources.
   *
   * @param parts the weight of each
   * @param order {@code random} or {@code epochs}
   */
  Sampler(List<TokenSource> all, List<Mixture.Part> parts, Shape shape, String order, long seed) {
    this.batch = shape.batch();
    this.context = shape.context();
    this.mixture = Mixture.of(parts, batch, seed);
    this.sources = new ArrayList<>();
    for (TokenSource source : all) {
      requireLongEnough(source);
      long own = seed + sources.size() * Mix.GAMMA;
      sources.add(
          new Windows(
              source,
              order.equals("epochs")
                  ? Order.Epochs.of(source, context, batch, own)
                  : Order.Random.of(source, context, own)));
    }
  }

  private void requireLongEnough(TokenSource source) {
    if (source.length() <= context) {
      throw new IllegalArgumentException(
          "context %d needs at least %d tokens, %s has %d: use a shorter context or more data"
              .formatted(context, context + 1L, source, source.length()));
    }
  }

  @Override
  public Batch at(long step) {
    long began = System.nanoTime();
    int length = context + 1;
    int[] tokens = new int[batch * length]; // [batch, context + 1]
    int @Nullable [] segments = separates() ? new int[tokens.length] : null; // [batch, context + 1]
    for (int row = 0; row < batch; row++) {
      Place place = place(step, row);
      place.source().copy(place.start(), tokens, row * length, length);
      if (segments != null) {
        place.source().segments(place.start(), segments, row * length, length);
      }
    }
    waited.addAndGet(System.nanoTime() - began);
    return new TextRows(batch, length).batch(tokens, segments);
  }

  private boolean separates() {
    return sources.stream().anyMatch(windows -> windows.source().separates());
  }

  /** Where a row starts. */
  private Place place(long step, int row) {
    if (sources.size() == 1) {
      Windows only = sources.get(0);
      return new Place(only.source(), only.order().start(step, row));
    }
    Mixture.Pick pick = mixture.pick(step, row);
    Windows from = sources.get(pick.source());
    long ownStep = Math.floorDiv(pick.number(), batch);
    int ownRow = Math.floorMod(pick.number(), batch);
    return new Place(from.source(), from.order().start(ownStep, ownRow));
  }

  /** Where a row starts, in a sampler of one source. */
  long start(long step, int row) {
    return place(step, row).start();
  }

  @Override
  public Optional<PlacedRows> placed() {
    TokenSource source = sources.get(0).source();
    return source
        .inFiles()
        .filter(files -> sources.size() == 1)
        .filter(files -> files.first() + source.length() <= Integer.MAX_VALUE)
        .map(
            files ->
                new PlacedRows(
                    files,
                    context + 1,
                    Batches.of(
                        PlacedRows.shape(batch),
                        context,
                        step -> PlacedRows.batch(places(files.first(), step)))));
  }

  private int[] places(long first, long step) {
    return IntStream.range(0, batch).map(row -> (int) (first + start(step, row))).toArray();
  }

  @Override
  public BatchShape shape() {
    return new TextRows(batch, context + 1).shape(separates());
  }

  @Override
  public int perRow() {
    return context;
  }

  @Override
  public long waited() {
    return waited.get();
  }
}
