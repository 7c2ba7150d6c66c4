package org.tflion.cli.verify;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tflion.gradient.SparseGradient;
import org.tflion.optim.DecayMask;
import org.tflion.optim.Lion;
import org.tflion.optim.LionConfig;
import org.tflion.optim.SparseSemantics;
import org.tflion.optim.UpdateOptions;
import org.tflion.optim.Weight;
import tools.jackson.databind.JsonNode;

/** Runs Lion over the sparse gradients of a case, in float64. */
record SparseCheck(VectorCase vectors, SparseSemantics semantics) {

  static Optional<SparseCheck> of(VectorCase vectors) {
    if (vectors.name().startsWith("lion_sparse_lazy")) {
      return Optional.of(new SparseCheck(vectors, SparseSemantics.LAZY));
    }
    return vectors.name().startsWith("lion_sparse")
        ? Optional.of(new SparseCheck(vectors, SparseSemantics.DENSE))
        : Optional.empty();
  }

  List<Outcome> outcomes() {
    return List.of(
        Outcome.of(vectors.name(), "float64 plain", error(false), 1e-12),
        Outcome.of(vectors.name(), "float64 xla", error(true), 1e-12));
  }

  private double error(boolean compiled) {
    JsonNode start = vectors.inputs().path("params");
    Shape shape = VectorCase.shape(start);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Ops init = tf.withInitScope();
      Weight<TFloat64> table = Weight.resource(tf, "w", shape, TFloat64.class);
      double[] initial = vectors.flat("inputs.params", start);
      table.assign(init, init.constant(shape, DataBuffers.of(initial)));
      var indices = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(-1)));
      var values = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(-1, shape.get(1))));
      UpdateOptions options =
          UpdateOptions.DEFAULT.withCompiled(compiled).withDecayMask(DecayMask.ALL);
      Op update =
          new Lion(graph, config(), options)
              .applySparse(
                  table.variable(), new SparseGradient<>(indices, values), semantics, "train");
      Operand<TFloat64> read = table.read(tf);
      double worst = 0;
      try (Session session = new Session(graph)) {
        List<JsonNode> steps = vectors.steps();
        for (int i = 0; i < steps.size(); i++) {
          feed(session, new Feed(indices, values, update), i, shape.get(1));
          worst = Math.max(worst, difference(session, read, steps.get(i).path("params")));
        }
      }
      return worst;
    }
  }

  /** What an update is fed with. */
  private record Feed(Operand<TInt64> indices, Operand<TFloat64> values, Op update) {}

  private void feed(Session session, Feed feed, int step, long width) {
    JsonNode gradient = vectors.inputs().path("grads").path(step);
    double[] rows = vectors.flat("indices", gradient.path("indices"));
    double[] content = vectors.flat("values", gradient.path("values"));
    long[] numbers = Arrays.stream(rows).mapToLong(row -> (long) row).toArray();
    try (TInt64 indices = TInt64.vectorOf(numbers);
        TFloat64 values =
            TFloat64.tensorOf(Shape.of(rows.length, width), DataBuffers.of(content))) {
      session
          .runner()
          .feed(feed.indices(), indices)
          .feed(feed.values(), values)
          .addTarget(feed.update())
          .run()
          .close();
    }
  }

  private LionConfig config() {
    return LionConfig.of(vectors.hyper("lr"))
        .withBetas(vectors.hyper("beta1"), vectors.hyper("beta2"))
        .withWeightDecay(vectors.hyper("weight_decay"));
  }

  private double difference(Session session, Operand<TFloat64> read, JsonNode expected) {
    double[] wanted = vectors.flat("params", expected);
    try (Result result = session.runner().fetch(read).run()) {
      double[] actual = new double[wanted.length];
      result.get(0).asRawTensor().data().asDoubles().read(actual);
      double worst = 0;
      for (int i = 0; i < wanted.length; i++) {
        worst = Math.max(worst, Math.abs(actual[i] - wanted[i]));
      }
      return worst;
    }
  }
}
