package org.tflion.train.step;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tflion.train.model.Inputs;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.gpt.Gpt;

/**
 * Writes a model as TensorFlow's own {@code SavedModel}, which needs none of this code to be used.
 *
 * <pre>{@code
 * serving_default:  tokens int32 [n], n of 1 or more  ->  logits float32 [V], of the next token
 * }</pre>
 *
 * <p>Of more tokens than the model's context the last are seen.
 *
 * @param model what to write
 * @param from its weights
 */
public record SavedModelWriter(Gpt model, SavedWeights from) {

  /**
   * Writes it.
   *
   * @param folder where to; it must be new or empty
   */
  public void write(Path folder) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Parameters<TFloat32> weights = weights(tf);
      var tokens = tf.withName("tokens").placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      Signature signature =
          Signature.builder()
              .key(Signature.DEFAULT_KEY)
              .methodName("tensorflow/serving/predict")
              .input("tokens", tokens) // [n]
              .output("logits", logits(tf, weights, tokens)) // [V]
              .build();
      session.restore(from.prefix().toAbsolutePath().toString());
      SavedModelBundle.exporter(folder.toString())
          .withSession(session)
          .withSignature(signature)
          .export();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Variables under the names of the checkpoint, so that what restores them finds them there. */
  private Parameters<TFloat32> weights(Ops tf) {
    Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
    Map<String, Ops> scopes = new HashMap<>();
    for (Parameter parameter : model.parameters()) {
      String key = from.key(parameter.name());
      String name = key.substring(key.lastIndexOf('/') + 1);
      String path = key.substring(0, key.lastIndexOf('/'));
      Ops scope = scopes.computeIfAbsent(path, all -> scope(tf, all));
      values.put(
          parameter.name(),
          tf.identity(scope.withName(name).variable(parameter.shape(), TFloat32.class)));
    }
    return new Parameters<>(values);
  }

  /** A scope's name is free once: a second of that name would be another. */
  private static Ops scope(Ops tf, String path) {
    Ops scope = tf;
    for (String part : path.split("/", -1)) {
      scope = scope.withSubScope(part);
    }
    return scope;
  }

  private Operand<TFloat32> logits(Ops tf, Parameters<TFloat32> weights, Operand<TInt32> tokens) {
    int context = model.config().context();
    var count = tf.size(tokens); // []
    var seen = tf.math.minimum(count, tf.constant(context)); // []
    var start = tf.reshape(tf.math.sub(count, seen), tf.array(1)); // [1]
    var last = tf.slice(tokens, start, tf.reshape(seen, tf.array(1))); // [seen]
    var room = tf.math.sub(tf.constant(context), seen); // []
    var around = tf.reshape(tf.stack(List.of(tf.constant(0), room)), tf.array(1, 2));
    var filled = tf.pad(last, around, tf.constant(0)); // [T]
    var rows = tf.reshape(filled, tf.constant(new int[] {1, context})); // [1, T]
    Operand<TFloat32> all = model.logits(tf, weights, Inputs.of(Gpt.TEXT, rows)); // [T, V]
    return tf.withName("logits").gather(all, tf.math.sub(seen, tf.constant(1)), tf.constant(0));
  }
}
