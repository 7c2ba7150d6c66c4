package org.tflion.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tflion.optim.Weight;
import org.tflion.train.model.Compute;
import org.tflion.train.model.Parameter;
import org.tflion.train.model.Parameters;
import org.tflion.train.model.layer.Attention;
import org.tflion.train.model.layer.Context;
import org.tflion.train.model.layer.Dropout;
import org.tflion.train.model.layer.Linear;
import org.tflion.train.model.layer.Mask;

/**
 * Time of attention to earlier tokens and of its gradient, for 1,024 tokens of width 512 in 8
 * heads, with its projections.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"})
public class AttentionBenchmark {

  private static final int TOKENS = 1024;
  private static final int HEADS = 8;
  private static final int HEAD_WIDTH = 64;

  @Param({"128", "256", "512", "1024"})
  public int context = 256;

  /** Whether it knows of the mask what it hides, and leaves that out. */
  @Param({"false", "true"})
  public boolean causal = true;

  private final Graph graph = new Graph();
  private final Session session = new Session(graph);

  private List<Output<?>> gradients = List.of();

  /** Builds a layer and its gradients. */
  @Setup
  public void build() {
    Ops tf = Ops.create(graph);
    Linear.Axis width = new Linear.Axis("width", HEADS * HEAD_WIDTH);
    Linear.Axis heads = new Linear.Axis("heads", 3 * HEADS * HEAD_WIDTH);
    Attention attention =
        new Attention(
            new Linear("in", width, heads, false, 1),
            new Linear("out", width, width, false, 1),
            HEADS,
            HEAD_WIDTH,
            false,
            new Dropout(0, 0));
    Map<String, Operand<TFloat32>> values = new HashMap<>();
    for (Parameter parameter : attention.parameters()) {
      values.put(parameter.name(), filled(tf, parameter.name(), parameter.shape()));
    }
    Operand<TFloat32> x = filled(tf, "x", Shape.of(TOKENS, (long) HEADS * HEAD_WIDTH));
    Operand<TFloat32> mask = Mask.causal(tf, context, null, TFloat32.class);
    Operand<TFloat32> y =
        attention.apply(
            tf,
            new Parameters<>(values, new Compute(true, false, false)),
            x,
            new Context<>(context, causal, mask, null));
    gradients =
        List.of(
            graph.addGradients(
                "by",
                new Output<?>[] {y.asOutput()},
                new Output<?>[] {x.asOutput()},
                new Output<?>[] {x.asOutput()}));
    session.initialize();
  }

  private static Operand<TFloat32> filled(Ops tf, String name, Shape shape) {
    Ops init = tf.withInitScope();
    Weight<TFloat32> weight = Weight.resource(tf, name, shape, TFloat32.class);
    var noise = init.random.statelessRandomNormal(init.constant(shape), init.array(1L, 2L));
    weight.assign(init, init.math.mul(noise, init.constant(0.05f)));
    return weight.read(tf);
  }

  /** One pass forward and backward. */
  @Benchmark
  public void pass() {
    session.runner().addTarget(gradients.get(0).op()).run().close();
  }

  @TearDown
  public void close() {
    session.close();
    graph.close();
  }
}
