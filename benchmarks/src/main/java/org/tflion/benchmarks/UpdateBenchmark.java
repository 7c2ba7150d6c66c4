package org.tflion.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
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
import org.tensorflow.types.TInt64;
import org.tflion.optim.Slot;
import org.tflion.optim.Trainable;
import org.tflion.optim.UpdateOptions;
import org.tflion.optim.Updater;
import org.tflion.optim.Weight;

/**
 * Nanoseconds that one update takes for one parameter, of {@link #PARAMETERS} float32 parameters in
 * resource variables. Gradients lie in variables too, so nothing but the update is timed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 2,
    jvmArgsAppend = {"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"})
public class UpdateBenchmark {

  /** As many as 8.4 million, 32 MiB a copy: far larger than a core's caches. */
  static final int PARAMETERS = 1 << 23;

  @Param({"LION_PLAIN", "LION_ONE_PROGRAM", "LION", "ADAMW_PLAIN", "ADAMW"})
  public Subject subject = Subject.LION;

  @Param({"1", "16"})
  public int tensors = 1;

  private final Graph graph = new Graph();
  private Session session;
  private Op update;

  /** Builds the graph and initialises it. */
  @Setup
  public void build() {
    Ops tf = Ops.create(graph);
    UpdateOptions options = UpdateOptions.DEFAULT.withCompiled(subject.compiled());
    Updater updater = new Updater(subject.rule(), options);
    Shape shape = Shape.of(PARAMETERS / tensors / 1024, 1024);
    List<Trainable<?>> trainables = new ArrayList<>();
    for (int i = 0; i < tensors; i++) {
      Weight<TFloat32> weight = filled(tf, "w" + i, shape, i);
      Map<String, Weight<TFloat32>> slots = new HashMap<>();
      for (Slot slot : updater.rule().slots(shape)) {
        slots.put(slot.name(), slot.beside(tf, weight, "w" + i + "-" + slot.name()));
      }
      trainables.add(new Trainable<>(weight, filled(tf, "g" + i, shape, -1 - i).read(tf), slots));
    }
    Weight<TInt64> counter =
        trainables.get(0).weight().sibling(tf, "updates", Shape.scalar(), TInt64.class);
    update = updater.add(tf, trainables, counter, List.of()).op();
    session = new Session(graph);
    session.initialize();
  }

  private static Weight<TFloat32> filled(Ops tf, String name, Shape shape, int seed) {
    Ops init = tf.withInitScope();
    Weight<TFloat32> weight = Weight.resource(tf, name, shape, TFloat32.class);
    weight.assign(
        init,
        init.random.statelessRandomNormal(
            init.constant(shape), init.array(seed, 7), TFloat32.class));
    return weight;
  }

  /** One update of all parameters. */
  @Benchmark
  @OperationsPerInvocation(PARAMETERS)
  public void update() {
    session.run(update);
  }

  @TearDown
  public void close() {
    session.close();
    graph.close();
  }
}
