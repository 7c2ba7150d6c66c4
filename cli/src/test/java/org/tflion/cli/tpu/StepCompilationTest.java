package org.tflion.cli.tpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tflion.cli.plan.Planned;
import org.tflion.tpu.compile.Collective;
import org.tflion.tpu.compile.CompileException;
import org.tflion.tpu.compile.Compiled;
import org.tflion.tpu.compile.Compiler;
import org.tflion.tpu.compile.Cost;
import org.tflion.tpu.compile.Effort;
import org.tflion.tpu.compile.MemoryStats;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.topology.TpuSlice;
import org.tflion.tpu.wire.HloInstructionProto;
import org.tflion.tpu.wire.HloModuleProto;
import org.tflion.tpu.wire.OpSharding;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.plan.Workload;

/** The whole way of a step but for the plugin, whose part a compiler with known answers plays. */
class StepCompilationTest {

  private static final double GB = 1e9;
  private static final ByteString EXECUTABLE = ByteString.copyFromUtf8("executable");
  private static final MemoryStats MEMORY =
      new MemoryStats((long) (2 * GB), 0, 0, 0, (long) GB, (long) (10 * GB));

  @TempDir private Path folder;
  private final List<Lowered> seen = new ArrayList<>();

  /** Remembers what it gets; fails as told. */
  private final class Answers implements Compiler {

    private final @Nullable CompileException failure;

    Answers(@Nullable CompileException failure) {
      this.failure = failure;
    }

    @Override
    public void load(Path plugin) {}

    @Override
    public Compiled compile(Path plugin, Lowered program, TpuSlice slice, Effort effort) {
      if (failure != null) {
        throw failure;
      }
      seen.add(program);
      return new Compiled(
          slice.devices(),
          MEMORY,
          new Cost(197e12, 819e9 / 2, 0),
          List.of(new Collective("all-reduce", 10), new Collective("all-reduce", 20)),
          Duration.ofMillis(7),
          EXECUTABLE);
    }
  }

  private static Workload work(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "model.layers=1",
                "model.heads=2",
                "model.width=16",
                "model.context=8",
                "train.batch=8"));
    settings.addAll(List.of(more));
    return Planned.of(TrainConfigs.read(null, settings));
  }

  private static Target target() {
    return Target.of("v5e:2x2", "data=2,fsdp=2", Path.of("plugin.so"));
  }

  private static CompiledStep lion(StepCompilation compilation, Workload work) {
    List<StepCompilation.Job> jobs = List.of(new StepCompilation.Job("lion", work));
    return compilation.compile(jobs, done -> {}).get(0);
  }

  private StepCompilation compilation(@Nullable CompileException failure, @Nullable Path out) {
    return new StepCompilation(target(), new Answers(failure), Effort.QUICK, out);
  }

  @Test
  void handsTheCompilerAStepThatIsCutForEveryDevice() throws Exception {
    Path out = folder.resolve("step.bin");
    CompiledStep step = lion(compilation(null, out), work());
    assertThat(seen).hasSize(1);
    HloModuleProto module = HloModuleProto.parseFrom(seen.get(0).module());
    long cut =
        module.getComputationsList().stream()
            .filter(each -> each.getId() == module.getEntryComputationId())
            .flatMap(each -> each.getInstructionsList().stream())
            .filter(each -> each.getOpcode().equals("parameter"))
            .map(HloInstructionProto::getSharding)
            .filter(sharding -> sharding.getType() == OpSharding.Type.OTHER)
            .count();
    // The tokens, and six matrices with their momentum: two tables and four of the block.
    assertThat(cut).isEqualTo(1 + 2 * 6);
    assertThat(Files.readAllBytes(out)).isEqualTo(EXECUTABLE.toByteArray());
    assertThat(step.numPartitions()).isEqualTo(4);
    assertThat(step.peakBytes()).isEqualTo((long) (11 * GB));
    assertThat(step.fits()).isTrue();
    // A v5e computes 197 TFLOP and moves 819 GB in a second.
    assertThat(step.stepMs()).isCloseTo(1000, within(1e-6));
    assertThat(step.collectives()).containsExactly(new CompiledStep.Exchange("all-reduce", 2, 30));
    assertThat(step.compileMs()).isEqualTo(7);
  }

  @Test
  void aBatchInTwoPassesRunsOneProgramTwice() throws Exception {
    Path out = folder.resolve("step");
    CompiledStep step = lion(compilation(null, out), work("train.micro_batch=4"));
    assertThat(seen).hasSize(2);
    assertThat(step.flops()).isCloseTo(3 * 197e12, within(1.0));
    assertThat(step.collectives()).containsExactly(new CompiledStep.Exchange("all-reduce", 6, 90));
    assertThat(folder.resolve("step.pass")).exists();
    assertThat(folder.resolve("step.update")).exists();
  }

  @Test
  void severalOptimizersShareTheProgramOfAPass() {
    List<StepCompilation.Job> jobs =
        Stream.of("lion", "adamw", "adafactor")
            .map(
                name ->
                    new StepCompilation.Job(
                        name, work("train.micro_batch=4", "optimizer.name=" + name)))
            .toList();
    List<Integer> done = new ArrayList<>();
    List<CompiledStep> steps = compilation(null, null).compile(jobs, done::add);
    // A pass, which alone reads the batch, and an update of each: AdamW's has a slot more.
    assertThat(seen).hasSize(4);
    List<Long> rows = List.of(4L, 9L);
    assertThat(seen)
        .extracting(each -> each.arguments().stream().anyMatch(in -> in.shape().equals(rows)))
        .containsExactly(true, false, false, false);
    assertThat(seen.get(2).arguments()).hasSizeGreaterThan(seen.get(1).arguments().size());
    assertThat(done).containsExactly(1, 2, 3);
    assertThat(steps)
        .extracting(CompiledStep::optimizer)
        .containsExactly("lion", "adamw", "adafactor");
    assertThat(steps)
        .allSatisfy(step -> assertThat(step.flops()).isCloseTo(3 * 197e12, within(1.0)));
    assertThat(steps).extracting(CompiledStep::passes).containsOnly(2);
    // Slots lie on the device while a pass runs: a half of each matrix, and all of each vector,
    // once for Lion's momentum and twice for AdamW's moments.
    long slot =
        work().model().parameters().stream()
            .mapToLong(each -> 4 * each.shape().size() / (each.shape().numDimensions() > 1 ? 2 : 1))
            .sum();
    assertThat(steps.get(0).peakBytes())
        .isBetween((long) (11 * GB) + slot, (long) (11 * GB) + slot + 99);
    assertThat(steps.get(1).peakBytes())
        .isBetween((long) (11 * GB) + 2 * slot, (long) (11 * GB) + 2 * slot + 99);
  }

  @Test
  void tellsWhatDoesNotFitFromWhatFails() {
    String text = "PJRT_Compile: Ran out of memory. Used 20.0G of 15.75G hbm.";
    CompiledStep step =
        lion(compilation(new CompileException(text, true, new Error()), null), work());
    assertThat(step.fits()).isFalse();
    assertThat(step.peakBytes()).isEqualTo(20L << 30);
    assertThat(step.refusal()).isEqualTo(text);
    StringWriter out = new StringWriter();
    new CompiledTable(target(), "nano", work(), List.of(step)).print(new PrintWriter(out, true));
    assertThat(out.toString()).contains("lion               21.5    no").contains("lion: " + text);
    CompileException other = new CompileException("broken", false, new Error());
    assertThatThrownBy(() -> lion(compilation(other, null), work())).isSameAs(other);
  }
}
