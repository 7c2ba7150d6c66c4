package org.tflion.cli.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TNumber;
import org.tflion.gradient.Clip;
import org.tflion.gradient.GlobalNorm;
import tools.jackson.databind.JsonNode;

/** Clips the gradients of a case, all together and each by itself. */
record ClipCheck(VectorCase vectors) {

  static final String NAME = "clip_global_and_local";

  List<Outcome> outcomes() {
    return List.of(
        Outcome.of(vectors.name(), "float64", error(TFloat64.class), 1e-12),
        Outcome.of(vectors.name(), "float32", error(TFloat32.class), 1e-6));
  }

  private <T extends TNumber> double error(Class<T> type) {
    JsonNode expected = vectors.steps().get(0);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Map<String, Operand<T>> gradients = new LinkedHashMap<>();
      vectors
          .inputs()
          .path("grads")
          .properties()
          .forEach(leaf -> gradients.put(leaf.getKey(), constant(tf, leaf.getValue(), type)));
      var norm = GlobalNorm.of(tf, new ArrayList<>(gradients.values()));
      var scale = GlobalNorm.scale(tf, norm, vectors.hyper("clip_norm"));
      Clip local = new Clip(Clip.Kind.BLOCK_RMS, vectors.hyper("clip_local_rms"));
      try (Session session = new Session(graph)) {
        double worst = difference(session, tf, norm, expected.path("global_norm"));
        for (Map.Entry<String, Operand<T>> leaf : gradients.entrySet()) {
          Operand<T> g = leaf.getValue();
          var together = tf.math.mul(g, tf.dtypes.cast(scale, type));
          JsonNode clipped = expected.path("clipped").path(leaf.getKey());
          worst = Math.max(worst, difference(session, tf, together, clipped));
          JsonNode apart = expected.path("local_rms_clipped").path(leaf.getKey());
          worst = Math.max(worst, difference(session, tf, local.apply(tf, g, g), apart));
        }
        return worst;
      }
    }
  }

  private <T extends TNumber> Operand<T> constant(Ops tf, JsonNode values, Class<T> type) {
    var shape = VectorCase.shape(values);
    var doubles = tf.constant(shape, DataBuffers.of(vectors.flat("inputs.grads", values)));
    return tf.dtypes.cast(doubles, type);
  }

  private double difference(
      Session session, Ops tf, Operand<? extends TNumber> actual, JsonNode expected) {
    double[] wanted = vectors.flat("steps", expected);
    var fetched = tf.dtypes.cast(actual, TFloat64.class);
    try (Result result = session.runner().fetch(fetched).run()) {
      double[] values = new double[(int) result.get(0).shape().size()];
      result.get(0).asRawTensor().data().asDoubles().read(values);
      double worst = values.length == wanted.length ? 0 : Double.NaN;
      for (int i = 0; i < Math.min(values.length, wanted.length); i++) {
        worst = Math.max(worst, Math.abs(values[i] - wanted[i]));
      }
      return worst;
    }
  }
}
