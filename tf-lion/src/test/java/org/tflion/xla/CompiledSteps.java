package org.tflion.xla;

import java.util.HashMap;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tflion.optim.AdamWConfig;
import org.tflion.optim.AdamWRule;
import org.tflion.optim.LionConfig;
import org.tflion.optim.LionRule;
import org.tflion.optim.Rule;
import org.tflion.optim.Trainable;
import org.tflion.optim.UpdateOptions;
import org.tflion.optim.Updater;
import org.tflion.optim.Weight;

/** Runs two compiled updates of one matrix, in a process whose XLA writes down its programs. */
final class CompiledSteps {

  /** Of a weight of 2.8 MB, which stays in a cache between two loops. */
  static final int FEW = 1000;

  /** Of a weight of 4.5 MB, which does not. */
  static final int MANY = 1600;

  static final int COLUMNS = 700;

  private CompiledSteps() {}

  /**
   * The program.
   *
   * @param arguments "Lion" or "AdamW", and the rows of the matrix
   */
  public static void main(String[] arguments) {
    Rule rule =
        arguments[0].equals("Lion")
            ? new LionRule(LionConfig.of(0.1).withWeightDecay(0.1))
            : new AdamWRule(AdamWConfig.of(0.1).withWeightDecay(0.1));
    Shape shape = Shape.of(Long.parseLong(arguments[1]), COLUMNS);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Ops init = tf.withInitScope();
      Weight<TFloat32> weight = Weight.resource(tf, "w", shape, TFloat32.class);
      weight.assign(init, init.zeros(init.constant(shape), TFloat32.class));
      Weight<TInt64> counter = weight.sibling(tf, "updates", Shape.scalar(), TInt64.class);
      var slots = new HashMap<String, Weight<TFloat32>>();
      rule.slots(shape)
          .forEach(
              slot ->
                  slots.put(slot.name(), weight.sibling(tf, slot.name(), shape, TFloat32.class)));
      var gradient = tf.math.sub(weight.read(tf), tf.constant(1f)); // [rows, 700]
      Op update =
          new Updater(rule, UpdateOptions.DEFAULT.withClipNorm(1))
              .add(tf, List.of(new Trainable<>(weight, gradient, slots)), counter, List.of())
              .op();
      session.initialize();
      session.runner().addTarget(update).run().close();
      session.runner().addTarget(update).run().close();
    }
  }
}
