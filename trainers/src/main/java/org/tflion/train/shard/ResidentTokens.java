package org.tflion.train.shard;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;
import org.tflion.Require;
import org.tflion.train.data.PlacedRows;
import org.tflion.train.data.TextRows;
import org.tflion.train.data.source.FileTokens;
import org.tflion.train.model.Inputs;

/**
 * The tokens of files on every device, which has read them itself. A batch that is fed only says
 * where its rows begin:
 *
 * <pre>{@code
 * tokens[b, t] = sum over i of 256^i * bytes[place[b] + t, i]
 * }</pre>
 *
 * <p>A device holds as many bytes as the files.
 */
final class ResidentTokens {

  private static final int BYTE = 256;
  private static final String HASH = "farmhash64";

  /** What tells files apart: their size and a hash of their bytes. */
  private record Content(long size, long hash) {}

  /** What a device does to have the tokens. */
  private record Reader(VarHandleOp bytes, Operand<TInt64> content, Op load) {}

  private final FileTokens files;
  private final int length;
  private final List<Reader> readers = new ArrayList<>();

  /**
   * Adds what is to be loaded.
   *
   * @param rows where they lie, and how long they are
   */
  ResidentTokens(List<Ops> each, PlacedRows rows) {
    this.files = rows.tokens();
    this.length = rows.length();
    for (int k = 0; k < each.size(); k++) {
      Ops tf = each.get(k);
      Shape shape = Shape.of(Shape.UNKNOWN_SIZE, files.width());
      VarHandleOp variable =
          tf.varHandleOp(TUint8.class, shape, VarHandleOp.sharedName("resident-tokens-" + k));
      Operand<TUint8> read = read(tf, files.files()); // [bytes]
      var table = tf.reshape(read, tf.constant(new long[] {-1, files.width()})); // [tokens, width]
      readers.add(new Reader(variable, content(tf, read), tf.assignVariableOp(variable, table)));
    }
  }

  private static Operand<TUint8> read(Ops tf, List<Path> files) {
    List<Operand<TUint8>> contents = new ArrayList<>();
    for (Path file : files) {
      var text = tf.io.readFile(tf.constant(file.toAbsolutePath().toString())).contents();
      contents.add(tf.io.decodeRaw(text, TUint8.class)); // [bytes]
    }
    return contents.size() == 1 ? contents.get(0) : tf.concat(contents, tf.constant(0));
  }

  /** As one message // [2] */
  private static Operand<TInt64> content(Ops tf, Operand<TUint8> bytes) {
    var size = tf.size(bytes, TInt64.class); // []
    var hash = tf.fingerprint(tf.expandDims(bytes, tf.constant(0)), tf.constant(HASH)); // [1, 8]
    var bits = tf.bitcast(hash, TInt64.class); // [1]
    return tf.stack(List.of(size, tf.reshape(bits, tf.constant(new long[0]))));
  }

  /**
   * Loads the files on every device.
   *
   * @param runners of the step's session
   * @param names of the devices, for refusals
   * @throws IllegalArgumentException if a device has not the files that this process has, naming it
   */
  void load(Supplier<Session.Runner> runners, List<String> names) {
    List<Content> contents = new ArrayList<>();
    for (int k = 0; k < readers.size(); k++) {
      contents.add(content(runners, names.get(k), readers.get(k).content()));
    }
    Content here = here();
    for (int k = 0; k < readers.size(); k++) {
      Content there = contents.get(k);
      Require.that(
          there.equals(here),
          "shard.data must be controller, or the files %s of %s those of the run, %d bytes"
              .formatted(files.files(), names.get(k), here.size()),
          there.size() == here.size() ? "others of that size" : there.size() + " bytes");
      runners.get().addTarget(readers.get(k).load()).run().close();
    }
  }

  private Content here() {
    try (Graph graph = new Graph()) {
      Operand<TInt64> content = content(Ops.create(graph), read(Ops.create(graph), files.files()));
      try (Session session = new Session(graph)) {
        return content(session::runner, "this process", content);
      }
    }
  }

  private Content content(Supplier<Session.Runner> runners, String name, Operand<TInt64> content) {
    try (Result result = runners.get().fetch(content).run()) {
      TInt64 values = (TInt64) result.get(0);
      return new Content(values.getLong(0), values.getLong(1));
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage());
      for (Path file : files.files()) {
        if (message.contains(file.toAbsolutePath().toString())) {
          throw new IllegalArgumentException(
              "shard.data must be controller, or every worker hold the files of the data (got no %s on %s)"
                  .formatted(file, name),
              e);
        }
      }
      throw e;
    }
  }

  /**
   * Adds the rows of a batch.
   *
   * @param places of the rows on that device
   */
  Inputs rows(int device, Ops tf, Inputs places) {
    var starts = tf.expandDims(places.ints(PlacedRows.PLACE), tf.constant(1)); // [B, 1]
    var steps = tf.constant(IntStream.range(0, length).toArray()); // [T + 1]
    var positions = tf.math.add(starts, steps); // [B, T + 1]
    var bytes = tf.resourceGather(readers.get(device).bytes(), positions, TUint8.class);
    int[] factors = new int[files.width()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = i == 0 ? 1 : factors[i - 1] * BYTE;
    }
    var digits =
        tf.math.mul(tf.dtypes.cast(bytes, TInt32.class), tf.constant(factors)); // [.., width]
    Operand<TInt32> tokens = tf.reduceSum(digits, tf.constant(-1)); // [B, T + 1]
    Map<String, Operand<? extends TType>> features = new LinkedHashMap<>();
    long rows = places.ints(PlacedRows.PLACE).shape().get(0);
    features.put(TextRows.TOKENS, tf.ensureShape(tokens, Shape.of(rows, length)));
    return new Inputs(features, places.noise());
  }
}
