package org.tflion.cli.tpu;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 * Compiles training steps ahead of time.
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

  /**
   * Compiles one step.
   *
   * @param name of its optimizer
   * @throws CompileException if the compiler fails, for other reasons than memory
   */
  public CompiledStep compile(String name, Workload work) {
    long began = System.nanoTime();
    List<TracedStep> traced = TracedStep.of(work.model(), work.step(), work.batch(), 0);
    List<Lowered> lowered = traced.stream().map(this::lower).toList();
    long lowerMs = Duration.ofNanos(System.nanoTime() - began).toMillis();
    List<CompiledStep.Program> programs = new ArrayList<>();
    try {
      for (int i = 0; i < traced.size(); i++) {
        Lowered program = lowered.get(i);
        Compiled compiled = compiler.compile(target.plugin(), program, target.slice(), effort);
        write(traced, i, compiled);
        programs.add(
            new CompiledStep.Program(compiled, traced.get(i).times(), program.matrixFlops()));
      }
    } catch (CompileException e) {
      if (!e.lacksMemory()) {
        throw e;
      }
      return CompiledStep.tooLarge(name, e, target, lowerMs);
    }
    return CompiledStep.of(name, programs, target, lowerMs);
  }

  private Lowered lower(TracedStep traced) {
    try {
      StepGraph graph = new StepGraph(traced.graph(), traced.name());
      return target.cut(traced, Lowering.lower(graph, LONGEST));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("lowering"));
    }
  }

  private void write(List<TracedStep> traced, int index, Compiled compiled) {
    if (out == null) {
      return;
    }
    Path file = traced.size() == 1 ? out : Path.of(out + "." + traced.get(index).name());
    try {
      Files.write(file, compiled.executable().toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
