package org.tflion.tpu.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeshTest {

  @Test
  void readsItsOwnText() {
    Mesh mesh = Mesh.parse("data=2, fsdp=4,model=1");
    assertThat(mesh.devices()).isEqualTo(8);
    assertThat(mesh.sizes()).containsExactly(2, 4, 1);
    assertThat(Mesh.parse(mesh.toString())).isEqualTo(mesh);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "data", "data=", "data=0", "data=-2", "=2", "a=2,,b=2", "a=2,a=2"})
  void refusesWhatIsNotAMesh(String text) {
    assertThatThrownBy(() -> Mesh.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Mesh: ");
  }

  @Test
  void refusesAMeshOfAnotherSizeThanTheSlice() {
    TpuSlice slice = TpuSlice.parse("v5p:2x2x2");
    assertThatThrownBy(() -> DeviceMesh.on(slice, Mesh.parse("data=2,fsdp=2")))
        .hasMessage(
            "DeviceMesh: the mesh data=2,fsdp=2 must cover the 8 devices of v5p:2x2x2; change the"
                + " axis sizes until their product matches (got 4)");
  }

  @Test
  void aMeshAxisRunsAlongAWholeEdgeOfTheGrid() {
    // v5e:2x4 numbers devices x + 2 y; an axis of 2 can only be x and an axis of 4 only y.
    DeviceMesh mesh = DeviceMesh.on(TpuSlice.parse("v5e:2x4"), Mesh.parse("data=2,fsdp=4"));
    assertThat(mesh.devices()).containsExactly(0, 2, 4, 6, 1, 3, 5, 7);
  }

  @Test
  void aMeshAxisMayTakeSeveralEdges() {
    DeviceMesh mesh = DeviceMesh.on(TpuSlice.parse("v5p:2x2x4"), Mesh.parse("data=4,fsdp=4"));
    // data along z (stride 4), fsdp over y (stride 2) and x (stride 1)
    assertThat(mesh.devices()).isEqualTo(DeviceMesh.rowMajor(mesh.mesh()).devices());
    DeviceMesh turned = DeviceMesh.on(TpuSlice.parse("v5p:2x4x4"), Mesh.parse("data=2,fsdp=16"));
    assertThat(turned.devices().subList(0, 5)).containsExactly(0, 2, 4, 6, 8);
    assertThat(turned.devices().get(16)).isEqualTo(1);
  }

  @Test
  void coresOfAChipAreTheInnermostEdge() {
    DeviceMesh mesh = DeviceMesh.on(TpuSlice.parse("v4:2x2x1"), Mesh.parse("core=2,chip=4"));
    assertThat(mesh.devices()).hasSize(8).startsWith(0);
    // the axis of 2 takes a whole edge, and the axis of 4 the two that are left
    int step = mesh.devices().get(4);
    assertThat(step).isIn(1, 2, 4);
  }

  @Test
  void sizesThatDoNotFollowTheEdgesKeepTheOrderOfTheIds() {
    DeviceMesh mesh = DeviceMesh.on(TpuSlice.parse("v5e:4x4"), Mesh.parse("data=2,fsdp=8"));
    assertThat(mesh.devices()).isEqualTo(DeviceMesh.rowMajor(mesh.mesh()).devices());
  }

  @Test
  void refusesDevicesThatAreNoPermutation() {
    assertThatThrownBy(() -> new DeviceMesh(Mesh.parse("data=2"), List.of(0, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
