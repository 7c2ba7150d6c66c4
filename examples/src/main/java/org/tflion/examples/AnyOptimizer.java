package org.tflion.examples;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.AdaBelief;
import org.tflion.optim.AdaBeliefConfig;
import org.tflion.optim.Adafactor;
import org.tflion.optim.AdafactorConfig;
import org.tflion.optim.AdamW;
import org.tflion.optim.AdamWConfig;
import org.tflion.optim.AddSign;
import org.tflion.optim.AddSignConfig;
import org.tflion.optim.AmsGrad;
import org.tflion.optim.AmsGradConfig;
import org.tflion.optim.Lion;
import org.tflion.optim.LionConfig;
import org.tflion.optim.NAdam;
import org.tflion.optim.NAdamConfig;
import org.tflion.optim.PowerSign;
import org.tflion.optim.PowerSignConfig;
import org.tflion.optim.RAdam;
import org.tflion.optim.RAdamConfig;
import org.tflion.optim.SgdMomentum;
import org.tflion.optim.SgdMomentumConfig;
import org.tflion.optim.Signum;
import org.tflion.optim.SignumConfig;
import org.tflion.schedule.Schedule;

/** Which other optimizers are there? Each takes one line, and nothing else of a graph changes. */
public final class AnyOptimizer {

  private static final int STEPS = 150;

  private AnyOptimizer() {}

  public static void main(String[] arguments) {
    run(System.out);
  }

  /**
   * Trains the same graph with each and prints how far it comes.
   *
   * @return the last loss of each
   */
  static Map<String, Float> run(PrintStream out) {
    Map<String, Float> losses = new LinkedHashMap<>();
    lines()
        .forEach(
            (name, line) -> {
              float loss = loss(line);
              losses.put(name, loss);
              out.printf("%-12s loss %.4f after %d steps%n", name, loss, STEPS);
            });
    return losses;
  }

  private static Map<String, Function<Graph, Optimizer>> lines() {
    Map<String, Function<Graph, Optimizer>> lines = new LinkedHashMap<>();
    lines.put("Lion", graph -> new Lion(graph, LionConfig.of(1e-2)));
    lines.put("AdamW", graph -> new AdamW(graph, AdamWConfig.of(3e-2)));
    Schedule rate = Schedule.constant(5e-2);
    lines.put("Adafactor", graph -> new Adafactor(graph, AdafactorConfig.optax(rate)));
    lines.put("Signum", graph -> new Signum(graph, SignumConfig.of(1e-2)));
    lines.put("SgdMomentum", graph -> new SgdMomentum(graph, SgdMomentumConfig.of(0.1)));
    lines.put("RAdam", graph -> new RAdam(graph, RAdamConfig.of(3e-2)));
    lines.put("NAdam", graph -> new NAdam(graph, NAdamConfig.of(3e-2)));
    lines.put("AdaBelief", graph -> new AdaBelief(graph, AdaBeliefConfig.of(3e-2)));
    lines.put("AmsGrad", graph -> new AmsGrad(graph, AmsGradConfig.of(3e-2)));
    lines.put("PowerSign", graph -> new PowerSign(graph, PowerSignConfig.of(0.3)));
    lines.put("AddSign", graph -> new AddSign(graph, AddSignConfig.of(0.3)));
    return lines;
  }

  private static float loss(Function<Graph, Optimizer> line) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Circles data = Circles.draw(400, 1);
      Operand<TFloat32> loss = data.loss(tf, data.scores(tf));
      Op train = line.apply(graph).minimize(loss);
      try (Session session = new Session(graph)) {
        for (int step = 0; step < STEPS; step++) {
          session.runner().addTarget(train).run().close();
        }
        try (Result result = session.runner().fetch(loss).run()) {
          return ((TFloat32) result.get(0)).getFloat();
        }
      }
    }
  }
}
