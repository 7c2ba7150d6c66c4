package org.tflion.examples;

import java.io.PrintStream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.Lion;
import org.tflion.optim.LionConfig;

/** How do I train my TensorFlow Java graph with Lion? */
public final class LionInAGraph {

  private LionInAGraph() {}

  public static void main(String[] arguments) {
    run(System.out);
  }

  /**
   * Trains and prints.
   *
   * @return the last loss
   */
  static float run(PrintStream out) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Circles data = Circles.draw(400, 1);
      Operand<TFloat32> loss = data.loss(tf, data.scores(tf)); // any graph, any loss

      var lion = new Lion(graph, LionConfig.of(3e-3).withWeightDecay(0.1));
      Op train = lion.minimize(loss);

      try (Session session = new Session(graph)) {
        float value = 0;
        for (int step = 1; step <= 600; step++) {
          try (Result result = session.runner().addTarget(train).fetch(loss).run()) {
            value = ((TFloat32) result.get(0)).getFloat();
          }
          if (step % 100 == 0 || step == 1) {
            out.printf("step %3d  loss %.4f%n", step, value);
          }
        }
        return value;
      }
    }
  }
}
