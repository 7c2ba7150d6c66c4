package org.tflion.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
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
import org.tflion.discovery.network.ProxyTask;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.task.Quadratic;
import org.tflion.discovery.task.Task;
import org.tflion.discovery.task.TrainingTask;

/**
 * Full evaluations a second of AdamW on the smallest task: twelve trainings, each validated; with
 * the garbage collector that the tflion script chooses.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class EvaluationBenchmark {

  /** Folder of the MNIST test set; empty for drawn digits, whose arithmetic is the same. */
  @Param("")
  public String data = "";

  private final Program program = PaperProgram.ADAMW.program();
  private Task task = Quadratic.task(1, 1);

  /** Reads the data. */
  @Setup
  public void read() throws IOException {
    TrainingTask digits =
        data.isEmpty() ? ProxyTask.drawnDigits(1) : ProxyTask.digits(Path.of(data), 1);
    // Without the hurdle, before which AdamW at its printed rate would be given up.
    task = digits.elsewhere(digits.repetitions());
  }

  /** One program's fitness. */
  @Benchmark
  public double evaluate() {
    return task.fitness(program);
  }
}
