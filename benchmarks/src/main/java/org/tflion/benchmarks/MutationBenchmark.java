package org.tflion.benchmarks;

import java.util.SplittableRandom;
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
import org.openjdk.jmh.annotations.Warmup;
import org.tflion.discovery.mutate.Child;
import org.tflion.discovery.mutate.MutationConfig;
import org.tflion.discovery.mutate.Mutator;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;

/** Programs a second that are mutated and executed abstractly, each thread its own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MutationBenchmark {

  @Param({"10", "20", "40", "80"})
  public int statements = 20;

  private final Mutator mutator = new Mutator(MutationConfig.DEFAULT);
  private final SplittableRandom random = new SplittableRandom(1);
  private Program program = PaperProgram.ADAMW.program();

  /** Grows a random program of this length. */
  @Setup
  public void grow() {
    Mutator grow = new Mutator(new MutationConfig(1, 0, 0, 0, statements));
    program = PaperProgram.ADAMW.program();
    while (program.size() < statements) {
      program = grow.child(program, random).program();
    }
  }

  /** One valid child, with shapes, live statements and functional hash. */
  @Benchmark
  public Child mutateAndCheck() {
    return mutator.child(program, random);
  }
}
