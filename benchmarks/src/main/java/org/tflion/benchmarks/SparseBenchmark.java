package org.tflion.benchmarks;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.gradient.SparseGradient;
import org.tflion.optim.Lion;
import org.tflion.optim.LionConfig;
import org.tflion.optim.SparseSemantics;
import org.tflion.optim.Weight;

/** Time of one update of an embedding table by the gradient of 1,024 of its rows. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"})
public class SparseBenchmark {

  private static final int TOUCHED = 1024;
  private static final int WIDTH = 64;

  @Param({"LAZY", "DENSE"})
  public SparseSemantics semantics = SparseSemantics.LAZY;

  @Param({"30000", "300000", "3000000"})
  public int rows = 30_000;

  private final Graph graph = new Graph();
  private final Session session = new Session(graph);

  private String name = "";

  /** Builds the table and its update. */
  @Setup
  public void build() {
    Ops tf = Ops.create(graph);
    Ops init = tf.withInitScope();
    Shape shape = Shape.of(rows, WIDTH);
    Weight<TFloat32> table = Weight.resource(tf, "table", shape, TFloat32.class);
    table.assign(init, init.zeros(init.constant(shape), TFloat32.class));
    long[] indices = new Random(1).longs(TOUCHED, 0, rows).toArray();
    var values = tf.fill(tf.constant(new long[] {TOUCHED, WIDTH}), tf.constant(0.5f));
    Op update =
        new Lion(graph, LionConfig.of(1e-3))
            .applySparse(
                table.variable(),
                new SparseGradient<>(tf.constant(indices), values),
                semantics,
                "update");
    name = update.op().name();
    session.initialize();
  }

  /** One update. */
  @Benchmark
  public void update() {
    session.run(name);
  }

  @TearDown
  public void close() {
    session.close();
    graph.close();
  }
}
