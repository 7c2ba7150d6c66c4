package org.tflion.train.step;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tflion.train.data.Batch;

/** Runs traced programs in a session, compiled by XLA for the CPU. */
final class TracedRun implements AutoCloseable {

  private final Graph graph = new Graph();
  private final Session session = new Session(graph);
  private final List<TracedStep> programs;

  /** Handles by the names of arguments; a variable is the same in every program. */
  private final Map<String, Output<?>> variables = new LinkedHashMap<>();

  /** Starts with the weights of a bundle, all else zero. */
  TracedRun(List<TracedStep> programs, Bundle weights) {
    this.programs = programs;
    for (TracedStep program : programs) {
      graph.importGraphDef(program.graph(), program.name());
      for (TracedStep.Argument argument : program.arguments()) {
        GraphOperation op = node(program, argument.node());
        if (op.type().equals("VarHandleOp")) {
          variables.put(argument.name(), op.output(0));
        }
      }
    }
    Ops tf = Ops.create(graph);
    List<Op> assigned = new ArrayList<>();
    variables.forEach(
        (name, handle) -> assigned.add(tf.assignVariableOp(handle, first(tf, name, weights))));
    session.runner().addTarget(tf.withControlDependencies(assigned).noOp()).run().close();
  }

  private GraphOperation node(TracedStep program, String name) {
    return requireNonNull(graph.operation(program.name() + "/" + name));
  }

  private Operand<?> first(Ops tf, String name, Bundle weights) {
    if (name.equals("updates")) {
      return tf.constant(0L);
    }
    var attributes = ((GraphOperation) requireNonNull(variables.get(name)).op()).attributes();
    Shape shape = attributes.getAttrShape("shape");
    if (!name.startsWith(StateTensor.WEIGHTS)) {
      return tf.zeros(tf.constant(shape), TFloat32.class);
    }
    double[] numbers = weights.numbers(name);
    var wide = tf.constant(shape, DataBuffers.of(numbers)); // shape
    return tf.dtypes.cast(wide, TFloat32.class);
  }

  /** Trains on one batch. */
  Step.Report step(Batch batch, double limit) {
    for (int pass = 0; pass < programs.get(0).times() && programs.size() > 1; pass++) {
      run(programs.get(0), batch, pass, limit).close();
    }
    try (Result result = run(programs.get(programs.size() - 1), batch, 0, limit)) {
      return new Step.Report(
          ((TFloat32) result.get(0)).getFloat(),
          ((TFloat64) result.get(1)).getDouble(),
          ((TFloat64) result.get(2)).getDouble(),
          ((TBool) result.get(3)).getBoolean());
    }
  }

  private Result run(TracedStep program, Batch batch, int pass, double limit) {
    Session.Runner runner = session.runner();
    List<Tensor> feeds = new ArrayList<>();
    for (TracedStep.Argument argument : program.arguments()) {
      GraphOperation op = node(program, argument.node());
      if (op.type().equals("Placeholder")) {
        feeds.add(feed(argument.name(), op.<TInt32>output(0).shape(), batch, pass, limit));
        runner.feed(op.output(0), feeds.get(feeds.size() - 1));
      }
    }
    for (int i = 0; i < program.results().size(); i++) {
      runner.fetch(node(program, program.name()).output(i));
    }
    try {
      return runner.run();
    } finally {
      feeds.forEach(Tensor::close);
    }
  }

  private static Tensor feed(String name, Shape shape, Batch batch, int pass, double limit) {
    return switch (name) {
      case "limit" -> TFloat32.scalarOf((float) limit);
      case "part" -> TInt64.scalarOf(pass);
      default ->
          TInt32.tensorOf(
              shape,
              DataBuffers.of(batch.ints(name), true, false)
                  .slice(pass * shape.size(), shape.size()));
    };
  }

  /** The present numbers of a variable of float32. */
  double[] numbers(String name) {
    Ops tf = Ops.create(graph);
    var read = tf.readVariableOp(requireNonNull(variables.get(name)), TFloat32.class);
    try (Result result = session.runner().fetch(read).run()) {
      return Bundle.numbers((TFloat32) result.get(0));
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
