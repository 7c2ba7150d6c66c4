package org.tflion.cli.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tflion.cli.plan.Planned;
import org.tflion.tpu.compile.Collective;
import org.tflion.tpu.compile.Compiled;
import org.tflion.tpu.compile.Compiler;
import org.tflion.tpu.compile.Effort;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.topology.TpuSlice;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.model.Parameter;
import org.tflion.train.plan.Workload;

/** A GPT's Lion step, compiled by the libtpu that TPU_LIBRARY_PATH names, without a TPU. */
@Timeout(1200)
@EnabledForJreRange(minVersion = Compiler.JAVA, disabledReason = "plugins need a newer Java")
@EnabledIfEnvironmentVariable(
    named = "TPU_LIBRARY_PATH",
    matches = ".+",
    disabledReason = "set TPU_LIBRARY_PATH to the libtpu.so of the Python wheel libtpu")
class LibtpuStepTest {

  private static final int FLOAT = 4;

  /** TPUs pad what is small. */
  private static final long TILE = 4096;

  private static final Workload WORK = work("lion");

  private static Workload work(String optimizer) {
    return Planned.of(
        TrainConfigs.read(
            null,
            List.of(
                "optimizer.name=" + optimizer,
                "model.layers=2",
                "model.width=256",
                "model.heads=2",
                "model.context=128",
                "train.batch=32",
                "train.micro_batch=16")));
  }

  /** The plugin, and what it made of each program. */
  private record Recorder(Compiler compiler, List<Compiled> made) implements Compiler {

    @Override
    public void load(Path plugin) {
      compiler.load(plugin);
    }

    @Override
    public Compiled compile(Path plugin, Lowered program, TpuSlice slice, Effort effort) {
      Compiled compiled = compiler.compile(plugin, program, slice, effort);
      made.add(compiled);
      return compiled;
    }
  }

  private static long bytes(boolean matrices) {
    return WORK.model().parameters().stream()
        .map(Parameter::shape)
        .filter(shape -> (shape.numDimensions() > 1) == matrices)
        .mapToLong(shape -> FLOAT * shape.size())
        .sum();
  }

  @ParameterizedTest
  @CsvSource({
    "v4:2x2x1, fsdp=8",
    "v5e:2x2, fsdp=4",
    "v5p:2x2x1, fsdp=4",
    "v6e:2x2, fsdp=4",
    "tpu7x:2x2x1, fsdp=8",
    "v5p:2x2x2, 'data=2,fsdp=4'"
  })
  void compilesAShardedStep(String topology, String mesh) {
    Path plugin = Path.of(Objects.requireNonNull(System.getenv("TPU_LIBRARY_PATH")));
    Target target = Target.of(topology, mesh, plugin);
    Recorder recorder = new Recorder(Compiler.find(plugin), new ArrayList<>());
    CompiledStep step =
        new StepCompilation(target, recorder, Effort.QUICK, null)
            .compile(List.of(new StepCompilation.Job("lion", WORK)), done -> {})
            .get(0);
    assertThat(step.numPartitions()).isEqualTo(target.slice().devices());
    assertThat(step.fits()).isTrue();
    assertThat(step.flops()).isPositive();
    assertThat(step.compileMs()).isPositive();

    // The update reads the sums of the gradients, the weights and the momentum.
    Compiled update = recorder.made().get(1);
    List<Integer> sizes = target.mesh().mesh().sizes(); // the last is that of fsdp
    long share = 3 * bytes(true) / sizes.get(sizes.size() - 1);
    long small = 3 * bytes(false) + TILE * WORK.model().parameters().size();
    assertThat(update.memory().arguments()).isBetween(share, share + small);
    assertThat(update.memory().aliased()).as("all of it in place").isGreaterThanOrEqualTo(share);
    // The norm and whether all is finite are agreed on; no part of a tensor moves.
    assertThat(update.collectives()).allMatch(each -> each.bytes() <= TILE);
    assertThat(update.collectives().stream().mapToLong(Collective::bytes).sum())
        .isLessThan(small / 2);
    assertThat(recorder.made().get(0).collectives()).isNotEmpty();
  }

  /** Slots of Adafactor have other shapes than the weights; they stay whole on every device. */
  @Test
  void compilesTheUpdatesOfOthers() {
    Path plugin = Path.of(Objects.requireNonNull(System.getenv("TPU_LIBRARY_PATH")));
    Target target = Target.of("v5p:2x2x2", "data=2,fsdp=4", plugin);
    List<StepCompilation.Job> jobs =
        Stream.of("lion", "adamw", "adafactor")
            .map(name -> new StepCompilation.Job(name, work(name)))
            .toList();
    List<CompiledStep> steps =
        new StepCompilation(target, Compiler.find(plugin), Effort.QUICK, null)
            .compile(jobs, done -> {});
    assertThat(steps).allSatisfy(step -> assertThat(step.fits()).isTrue());
    List<Long> arguments = steps.stream().map(CompiledStep::argumentBytes).toList();
    assertThat(arguments.get(1)).as("AdamW has a slot more").isGreaterThan(arguments.get(0));
    assertThat(arguments.get(2)).as("Adafactor has none of its size").isLessThan(arguments.get(0));
  }
}
