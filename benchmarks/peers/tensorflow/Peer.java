import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * TensorFlow Java's own Adam, its only fused kernel of the family; it has no weight decay. Only its
 * speed is of use: its first steps are wrong, by a race between the step and its beta powers.
 */
final class Peer {

  private static final Shape SHAPE = Shape.of(Clock.PARAMETERS / 1024, 1024);

  private Peer() {}

  public static void main(String[] arguments) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Variable<TFloat32> w = filled(tf, "w", 1);
      Variable<TFloat32> g = filled(tf, "g", 2);
      Op update =
          new Adam(graph, 1e-3f)
              .applyGradients(List.of(new GradAndVar<>(tf.identity(g).asOutput(), w.asOutput())), "a");
      Operand<TFloat32> sum = tf.reduceSum(w, tf.constant(new int[] {0, 1}));
      try (Session session = new Session(graph)) {
        session.initialize();
        float before = value(session, sum);
        Clock.time("tensorflow-framework 1.0.0 Adam", () -> session.run(update));
        Clock.moved(before, value(session, sum));
      }
    }
  }

  private static float value(Session session, Operand<TFloat32> scalar) {
    try (var result = session.runner().fetch(scalar).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  private static Variable<TFloat32> filled(Ops tf, String name, int seed) {
    Ops init = tf.withInitScope();
    Variable<TFloat32> made = tf.withName(name).variable(SHAPE, TFloat32.class);
    init.assign(
        made,
        init.random.statelessRandomNormal(
            init.constant(SHAPE), init.array(seed, 7), TFloat32.class));
    return made;
  }
}
