package org.tflion.train.step;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.Weight;
import org.tflion.train.model.Model;
import org.tflion.train.model.Parameters;

/**
 * A graph, its session and the state in it, which are closed together, also when building fails.
 *
 * @param <N> the nodes by which the graph is fed and asked
 */
final class ModelGraph<N> implements AutoCloseable {

  /**
   * What was built.
   *
   * @param nodes to feed and to ask
   * @param state variables by the names that checkpoints use
   */
  record Built<N>(N nodes, Map<String, Weight<?>> state) {}

  private final Graph graph;
  private final Session session;
  private final StateBundle bundle;
  private final Built<N> built;

  private ModelGraph(Graph graph, ConfigProto config, Function<Ops, Built<N>> builder) {
    this.graph = graph;
    Ops tf = Ops.create(graph);
    built = builder.apply(tf);
    bundle = new StateBundle(tf, built.state());
    session = new Session(graph, config);
  }

  /** Builds a graph whose variables have their first values. */
  static <N> ModelGraph<N> build(Function<Ops, Built<N>> builder) {
    return build(SessionConfig.standard(), builder);
  }

  /** The same, with a session that is set up in another way. */
  static <N> ModelGraph<N> build(ConfigProto config, Function<Ops, Built<N>> builder) {
    Graph graph = new Graph();
    try {
      return new ModelGraph<>(graph, config, builder);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /**
   * Builds a graph with the weights of a checkpoint, and nothing to train them.
   *
   * @param model whose weights the checkpoint holds
   * @param from where they are
   * @param config of the session
   * @param nodes adds what is made of the weights
   */
  static <N> ModelGraph<N> load(
      Model model,
      SavedWeights from,
      ConfigProto config,
      BiFunction<Ops, Parameters<TFloat32>, N> nodes) {
    ModelGraph<N> made =
        build(
            config,
            tf -> {
              Variables weights = Variables.create(tf, model, 0);
              return new Built<>(nodes.apply(tf, weights.read(tf)), weights.saved(from));
            });
    try {
      made.bundle().restore(made.session(), from.prefix());
      return made;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  Graph graph() {
    return graph;
  }

  Session session() {
    return session;
  }

  Built<N> built() {
    return built;
  }

  N nodes() {
    return built.nodes();
  }

  StateBundle bundle() {
    return bundle;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
