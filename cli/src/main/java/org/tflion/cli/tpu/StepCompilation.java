package org.tflion.cli.tpu;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.tflion.tpu.compile.CompileException;
import org.tflion.tpu.compile.Compiled;
import org.tflion.tpu.compile.Compiler;
import org.tflion.tpu.compile.Effort;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.lower.Lowering;
import org.tflion.tpu.lower.StepGraph;
import org.tflion.train.plan.Workload;
import org.tflion.train.step.TracedStep;

/**
 * Compiles training steps ahead of time. While one program is compiled, others are lowered.
 *
 * @param target what for
 * @param compiler who does it
 * @param effort of the compiler to make the step fast
 * @param out where a program that a device can load goes, or null; a step of two programs is
 *     written to two files, with the name of the program behind a dot
 */
public record StepCompilation(Target target, Compiler compiler, Effort effort, @Nullable Path out) {

  /** More than any step has taken to lower on two cores. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** Programs that are lowered at once; a process for each, which keeps one core busy. */
  private static final int AT_ONCE = 2;

  /**
   * A step to compile.
   *
   * @param name of its optimizer
   */
  public record Job(String name, Workload work) {}

  /**
   * Compiles the steps of one model and batch by several optimizers. Where a batch goes through in
   * several passes, the program of a pass knows no optimizer: it is lowered and compiled once.
   *
   * @param done is told after each step how many are done
   * @throws CompileException if the compiler fails, for other reasons than memory
   */
  public List<CompiledStep> compile(List<Job> jobs, IntConsumer done) {
    ExecutorService lowering = Executors.newFixedThreadPool(AT_ONCE);
    try {
      Map<List<TracedStep.Argument>, StepProgram> passes = new HashMap<>();
      List<List<StepProgram>> steps = new ArrayList<>();
      for (Job job : jobs) {
        steps.add(programs(job.work(), passes, lowering));
      }
      IdentityHashMap<StepProgram, Compiled> compiled = new IdentityHashMap<>();
      List<CompiledStep> results = new ArrayList<>();
      for (int i = 0; i < jobs.size(); i++) {
        results.add(compile(jobs.get(i), steps.get(i), compiled));
        done.accept(i + 1);
      }
      return results;
    } finally {
      lowering.shutdownNow();
    }
  }

  private List<StepProgram> programs(
      Workload work, Map<List<TracedStep.Argument>, StepProgram> passes, ExecutorService lowering) {
    List<StepProgram> programs = new ArrayList<>();
    for (TracedStep traced : TracedStep.of(work.model(), work.step(), work.batch(), 0)) {
      if (traced.name().equals(TracedStep.PASS)) {
        programs.add(
            passes.computeIfAbsent(traced.arguments(), arguments -> start(traced, lowering)));
      } else {
        programs.add(start(traced, lowering));
      }
    }
    return programs;
  }

  private StepProgram start(TracedStep traced, ExecutorService lowering) {
    return new StepProgram(traced, lowering.submit(() -> lower(traced)));
  }

  private CompiledStep compile(
      Job job, List<StepProgram> programs, IdentityHashMap<StepProgram, Compiled> compiled) {
    long lowerMs = programs.stream().mapToLong(each -> lowered(each).milliseconds()).sum();
    try {
      for (StepProgram each : programs) {
        if (!compiled.containsKey(each)) {
          compiled.put(each, compile(each, programs.size()));
        }
      }
    } catch (CompileException e) {
      if (!e.lacksMemory()) {
        throw e;
      }
      return CompiledStep.tooLarge(job, e, target, lowerMs);
    }
    return CompiledStep.of(job, parts(programs, compiled), target, lowerMs);
  }

  /** What a device holds of the state while one program runs that does not know it counts too. */
  private List<CompiledStep.Program> parts(
      List<StepProgram> programs, IdentityHashMap<StepProgram, Compiled> compiled) {
    Map<String, Long> state = new HashMap<>();
    programs.forEach(each -> state.putAll(state(each)));
    long all = state.values().stream().mapToLong(Long::longValue).sum();
    List<CompiledStep.Program> parts = new ArrayList<>();
    for (StepProgram each : programs) {
      long own = state(each).values().stream().mapToLong(Long::longValue).sum();
      parts.add(
          new CompiledStep.Program(
              Objects.requireNonNull(compiled.get(each)),
              each.traced().times(),
              lowered(each).program().matrixFlops(),
              all - own));
    }
    return parts;
  }

  private Map<String, Long> state(StepProgram program) {
    return target.state(program.traced(), lowered(program).program());
  }

  private Compiled compile(StepProgram program, int programs) {
    Lowered lowered = lowered(program).program();
    Compiled compiled = compiler.compile(target.plugin(), lowered, target.slice(), effort);
    if (out != null) {
      write(programs == 1 ? out : Path.of(out + "." + program.traced().name()), compiled);
    }
    return compiled;
  }

  private StepProgram.Timed lower(TracedStep traced) throws IOException, InterruptedException {
    long began = System.nanoTime();
    StepGraph graph = new StepGraph(traced.graph(), traced.name());
    Lowered lowered = target.cut(traced, Lowering.lower(graph, LONGEST));
    return new StepProgram.Timed(lowered, Duration.ofNanos(System.nanoTime() - began).toMillis());
  }

  private static StepProgram.Timed lowered(StepProgram program) {
    try {
      return program.lowering().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("lowering"));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw new UncheckedIOException(failure);
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, Compiled compiled) {
    try {
      Files.write(file, compiled.executable().toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
