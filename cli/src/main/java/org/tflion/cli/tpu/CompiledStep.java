package org.tflion.cli.tpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tflion.tpu.compile.CompileException;
import org.tflion.tpu.compile.Compiled;
import org.tflion.tpu.topology.Chip;
import org.tflion.tpu.topology.Mfu;

/**
 * A step as each device of the target sees it: what {@code --json} prints.
 *
 * @param optimizer its name
 * @param rows of a batch
 * @param passes in which they go through the model
 * @param fits whether a device has the memory
 * @param peakBytes most memory in use at once, the program included, and state that lies there
 *     while a program runs that does not know it; null where the compiler only says that it is too
 *     much
 * @param argumentBytes state and batch between steps
 * @param flops operations of all kinds in one step
 * @param bytesAccessed bytes that they read and write in one step
 * @param collectives what is exchanged with other devices in one step
 * @param numPartitions devices that share the step
 * @param stepMs of one step at best: operations at the peak rate or bytes at the peak bandwidth,
 *     whichever takes longer; nothing for the wires
 * @param mfu what this makes of the peak rate, by matrix products alone
 * @param lowerMs from the config to XLA's language
 * @param compileMs from there to the devices' language
 * @param refusal the compiler's own words where nothing fits
 */
public record CompiledStep(
    String optimizer,
    int rows,
    int passes,
    boolean fits,
    @Nullable Long peakBytes,
    @Nullable Long argumentBytes,
    @Nullable Double flops,
    @Nullable Double bytesAccessed,
    @Nullable List<Exchange> collectives,
    int numPartitions,
    @Nullable Double stepMs,
    @Nullable Double mfu,
    long lowerMs,
    @Nullable Long compileMs,
    @Nullable String refusal) {

  /**
   * All collectives of one kind.
   *
   * @param count how many run in one step
   * @param bytes of their results on one device
   */
  public record Exchange(String kind, long count, long bytes) {}

  /**
   * One of the programs that make up a step.
   *
   * @param times how often it runs in a step
   * @param matrixFlops of its matrix products, on all devices together
   * @param resident bytes of state on a device that the program does not know, such as the slots
   *     while gradients are summed
   */
  record Program(Compiled compiled, int times, double matrixFlops, long resident) {}

  /** What its programs need together. */
  static CompiledStep of(
      StepCompilation.Job job, List<Program> programs, Target target, long lowerMs) {
    Chip chip = target.slice().generation().chip();
    long peak = 0;
    long arguments = 0;
    double flops = 0;
    double bytes = 0;
    double matrixFlops = 0;
    double seconds = 0;
    long compile = 0;
    for (Program each : programs) {
      Compiled compiled = each.compiled();
      double own = compiled.cost().flops();
      double moved = compiled.cost().bytesAccessed();
      peak = Math.max(peak, peak(compiled) + each.resident());
      arguments = Math.max(arguments, compiled.memory().arguments());
      flops += each.times() * own;
      bytes += each.times() * moved;
      matrixFlops += each.times() * each.matrixFlops();
      seconds += each.times() * chip.leastSeconds(own, moved);
      compile += compiled.time().toMillis();
    }
    int devices = target.slice().devices();
    return new CompiledStep(
        job.name(),
        job.work().batch().rows(),
        job.work().step().parts(),
        peak <= target.hbmBytes(),
        peak,
        arguments,
        flops,
        bytes,
        exchanges(programs),
        programs.get(0).compiled().partitions(),
        1e3 * seconds,
        Mfu.of(matrixFlops, seconds, devices, chip.bf16FlopsPerSecondPerDevice()),
        lowerMs,
        compile,
        null);
  }

  /** A step that the compiler refused for its size. */
  static CompiledStep tooLarge(
      StepCompilation.Job job, CompileException refusal, Target target, long lowerMs) {
    var needed = refusal.neededBytes();
    return new CompiledStep(
        job.name(),
        job.work().batch().rows(),
        job.work().step().parts(),
        false,
        needed.isPresent() ? (long) needed.getAsDouble() : null,
        null,
        null,
        null,
        null,
        target.slice().devices(),
        null,
        null,
        lowerMs,
        null,
        String.valueOf(refusal.getMessage()).lines().findFirst().orElse(""));
  }

  private static long peak(Compiled compiled) {
    var memory = compiled.memory();
    return memory.peak() > 0 ? memory.peak() + memory.code() : memory.total();
  }

  private static List<Exchange> exchanges(List<Program> programs) {
    Map<String, Exchange> byKind = new TreeMap<>();
    for (Program each : programs) {
      for (var one : each.compiled().collectives()) {
        byKind.merge(
            one.kind(),
            new Exchange(one.kind(), each.times(), each.times() * one.bytes()),
            (a, b) -> new Exchange(a.kind(), a.count() + b.count(), a.bytes() + b.bytes()));
      }
    }
    return new ArrayList<>(byKind.values());
  }
}
