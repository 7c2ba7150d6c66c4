package org.tflion.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tflion.tpu.lower.Argument;
import org.tflion.tpu.lower.Lowered;
import org.tflion.tpu.run.Accelerator;
import org.tflion.tpu.run.DeviceTensor;
import org.tflion.tpu.run.LoadedProgram;

/** What is timed on an accelerator, on one that computes nothing. */
@Timeout(120)
class UpdateBenchTest {

  private static final int F32 = 11;

  private int open;
  private final List<Lowered> programs = new ArrayList<>();

  private DeviceTensor tensor() {
    open++;
    return () -> open--;
  }

  private final Accelerator device =
      new Accelerator() {
        @Override
        public String name() {
          return "test";
        }

        @Override
        public LoadedProgram load(Lowered program) {
          programs.add(program);
          return new LoadedProgram() {
            @Override
            public List<DeviceTensor> run(List<DeviceTensor> arguments) {
              return IntStream.range(0, program.results()).mapToObj(i -> tensor()).toList();
            }

            @Override
            public void close() {}
          };
        }

        @Override
        public DeviceTensor copy(int type, List<Long> shape, byte[] values) {
          return tensor();
        }

        @Override
        public List<byte[]> toHost(List<DeviceTensor> tensors) {
          return tensors.stream().map(tensor -> new byte[1]).toList();
        }

        @Override
        public void close() {}
      };

  /** Weight, momentum and gradient of each tensor; all but the gradient are renewed in place. */
  @Test
  void timesOneProgramForAllTensorsThatIsInPlace() {
    UpdateBench bench = new UpdateBench(List.of("lion"), 4100, 2, device);
    List<Integer> turns = new ArrayList<>();
    List<UpdateBench.Result> results = bench.run(turns::add);
    assertThat(bench.parameters()).isEqualTo(4096);
    assertThat(bench.place()).isEqualTo("test");
    assertThat(turns).hasSize(bench.turns());
    assertThat(results).hasSize(1);
    assertThat(results.get(0).mode()).isEqualTo("pjrt");
    assertThat(results.get(0).slotBytesPerParam()).isEqualTo(4);
    assertThat(programs).hasSize(1);
    List<Argument> large =
        programs.get(0).arguments().stream().filter(each -> each.type() == F32).toList();
    assertThat(large).hasSize(6).allMatch(each -> each.shape().equals(List.of(2L, 1024L)));
    assertThat(large).filteredOn(each -> each.result().isPresent()).hasSize(4);
    assertThat(open).isZero();
  }

  @Test
  void refusesFewerParametersThanARowOfEachTensor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UpdateBench(List.of("lion"), 4096, 5, device))
        .withMessage("bench: params must be at least 1024 for each tensor (got 4096)");
  }
}
