package org.tflion.benchmarks;

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
import org.tflion.cli.bench.UpdateSession;

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

  private UpdateSession session;

  /** Builds the graph and initialises it. */
  @Setup
  public void build() {
    session = new UpdateSession(subject.rule(), subject.compiled(), PARAMETERS, tensors);
  }

  /** One update of all parameters. */
  @Benchmark
  @OperationsPerInvocation(PARAMETERS)
  public void update() {
    session.run();
  }

  @TearDown
  public void close() {
    session.close();
  }
}
