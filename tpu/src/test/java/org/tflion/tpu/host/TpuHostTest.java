package org.tflion.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.tflion.tpu.topology.Generation;
import org.tflion.tpu.topology.TpuSlice;

class TpuHostTest {

  /** Nothing listens there: a question asked by mistake fails at once. */
  private static final Metadata ABSENT = new Metadata("127.0.0.1:1", Duration.ofSeconds(1));

  private static final Optional<LocalChips> FOUR = Optional.of(new LocalChips(Generation.V5P, 4));

  @Test
  void aPodIsDescribedByItsEnvironment() throws Exception {
    Map<String, String> environment =
        Map.of(
            "TPU_WORKER_HOSTNAMES", "tpu-0.svc,tpu-1.svc, tpu-2.svc,tpu-3.svc",
            "TPU_WORKER_ID", "2",
            "TPU_ACCELERATOR_TYPE", "v5p-32",
            "MEGASCALE_COORDINATOR_ADDRESS", "tpu-0.svc:8080",
            "MEGASCALE_NUM_SLICES", "2",
            "MEGASCALE_SLICE_ID", "1");
    TpuHost host = TpuHost.discover(environment, ABSENT, FOUR);
    assertThat(host.platform()).isEqualTo(Platform.GKE);
    assertThat(host.worker()).isEqualTo(2);
    assertThat(host.workers()).containsExactly("tpu-0.svc", "tpu-1.svc", "tpu-2.svc", "tpu-3.svc");
    assertThat(host.slice()).hasValue(TpuSlice.parse("v5p:2x2x4"));
    assertThat(host.multislice()).hasValue(new Multislice("tpu-0.svc:8080", 2, 1));
    assertThat(host.chips()).isEqualTo(FOUR);
  }

  @Test
  void aTopologyWinsOverTheCountOfTheAcceleratorType() throws Exception {
    Map<String, String> environment =
        Map.of(
            "TPU_WORKER_HOSTNAMES", "a,b",
            "TPU_ACCELERATOR_TYPE", "tpu7x-16",
            "TPU_TOPOLOGY", "2x2x2");
    TpuHost host = TpuHost.discover(environment, ABSENT, Optional.empty());
    assertThat(host.slice()).hasValue(TpuSlice.parse("tpu7x:2x2x2"));
    assertThat(host.worker()).isZero();
  }

  @Test
  void aVirtualMachineIsDescribedByItsMetadata() throws Exception {
    try (FakeMetadata server = new FakeMetadata()) {
      server
          .put("instance/attributes/agent-worker-number", "1")
          .put("instance/attributes/accelerator-type", "v5litepod-16")
          .put(
              "instance/attributes/worker-network-endpoints",
              "t0:100:10.0.0.2,t1:101:10.0.0.3,t2:102:10.0.0.4,10.0.0.5")
          .put(
              "instance/attributes/tpu-env",
              """
              ZONE: 'us-east5-a'
              TOPOLOGY: '4x4'
              MEGASCALE_COORDINATOR_ADDRESS: '10.0.0.2'
              MEGASCALE_NUM_SLICES: '3'
              MEGASCALE_SLICE_ID: '2'
              """);
      TpuHost host = TpuHost.discover(Map.of(), server.client(), FOUR);
      assertThat(host.platform()).isEqualTo(Platform.GCE);
      assertThat(host.worker()).isEqualTo(1);
      assertThat(host.workers()).containsExactly("10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5");
      assertThat(host.slice()).hasValue(TpuSlice.parse("v5e:4x4"));
      assertThat(host.multislice()).hasValue(new Multislice("10.0.0.2", 3, 2));
    }
  }

  @Test
  void theEnvironmentWinsOverTheMetadata() throws Exception {
    try (FakeMetadata server = new FakeMetadata()) {
      server
          .put("instance/attributes/agent-worker-number", "0")
          .put("instance/attributes/accelerator-type", "v5litepod-16");
      Map<String, String> environment = Map.of("TPU_ACCELERATOR_TYPE", "v5litepod-4");
      TpuHost host = TpuHost.discover(environment, server.client(), FOUR);
      assertThat(host.slice()).hasValue(TpuSlice.parse("v5e:2x2"));
      assertThat(host.workers()).containsExactly("localhost");
    }
  }

  @Test
  void chipsWithoutATpuMachineAroundThemAreBare() throws Exception {
    try (FakeMetadata server = new FakeMetadata()) {
      TpuHost host = TpuHost.discover(Map.of(), server.client(), FOUR);
      assertThat(host.platform()).isEqualTo(Platform.BARE);
      assertThat(host.slice()).isEmpty();
    }
  }

  @Test
  void aMachineWithoutTpuAsksNobody() throws Exception {
    TpuHost host = TpuHost.discover(Map.of(), ABSENT, Optional.empty());
    assertThat(host)
        .isEqualTo(
            new TpuHost(
                Platform.NONE,
                Optional.empty(),
                0,
                List.of("localhost"),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void theMetadataServerCanBeLeftAlone() throws Exception {
    Map<String, String> environment = Map.of("TPU_SKIP_MDS_QUERY", "1");
    assertThat(TpuHost.discover(environment, ABSENT, FOUR).platform()).isEqualTo(Platform.BARE);
    assertThatThrownBy(() -> TpuHost.discover(Map.of(), ABSENT, FOUR))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesMalformedVariablesByName() {
    Map<String, String> id = Map.of("TPU_WORKER_HOSTNAMES", "a,b", "TPU_WORKER_ID", "one");
    assertThatThrownBy(() -> TpuHost.discover(id, ABSENT, FOUR))
        .hasMessage("TpuHost: TPU_WORKER_ID must be a number (got one)");
    Map<String, String> beyond = Map.of("TPU_WORKER_HOSTNAMES", "a,b", "TPU_WORKER_ID", "2");
    assertThatThrownBy(() -> TpuHost.discover(beyond, ABSENT, FOUR))
        .hasMessage("TpuHost: the worker index must be below the number of workers, 2 (got 2)");
  }

  @Test
  void refusesASliceIndexBeyondTheSlices() {
    assertThatThrownBy(() -> new Multislice("a", 2, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
