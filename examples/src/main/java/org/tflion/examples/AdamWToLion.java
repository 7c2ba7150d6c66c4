package org.tflion.examples;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.AdamW;
import org.tflion.optim.AdamWConfig;
import org.tflion.optim.Lion;
import org.tflion.optim.LionConfig;

/**
 * How do I move from AdamW to Lion? Divide the learning rate by 3 to 10 and multiply the weight
 * decay by the same factor; nothing else changes (Chen et al., 2023, section 5).
 */
public final class AdamWToLion {

  private static final double RATE = 3e-2;
  private static final double DECAY = 0.01;
  private static final double FACTOR = 3;

  private AdamWToLion() {}

  public static void main(String[] arguments) {
    run(System.out);
  }

  /**
   * Trains the same graph with both and prints them side by side.
   *
   * @return the last loss of AdamW and of Lion
   */
  static float[] run(PrintStream out) {
    List<Float> adamW =
        losses(graph -> new AdamW(graph, AdamWConfig.of(RATE).withWeightDecay(DECAY)));
    List<Float> lion =
        losses(
            graph -> new Lion(graph, LionConfig.of(RATE / FACTOR).withWeightDecay(DECAY * FACTOR)));
    out.println("step    AdamW     Lion");
    for (int step = 0; step < lion.size(); step += 50) {
      out.printf("%4d   %.4f   %.4f%n", step, adamW.get(step), lion.get(step));
    }
    int last = lion.size() - 1;
    return new float[] {adamW.get(last), lion.get(last)};
  }

  private static List<Float> losses(Function<Graph, Optimizer> optimizer) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Circles data = Circles.draw(400, 1);
      Operand<TFloat32> loss = data.loss(tf, data.scores(tf));
      Op train = optimizer.apply(graph).minimize(loss);
      List<Float> losses = new ArrayList<>();
      try (Session session = new Session(graph)) {
        for (int step = 0; step <= 400; step++) {
          try (Result result = session.runner().addTarget(train).fetch(loss).run()) {
            losses.add(((TFloat32) result.get(0)).getFloat());
          }
        }
      }
      return losses;
    }
  }
}
