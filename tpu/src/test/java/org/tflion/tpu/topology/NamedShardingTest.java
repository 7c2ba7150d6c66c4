package org.tflion.tpu.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tflion.tpu.wire.OpSharding;

class NamedShardingTest {

  private static NamedSharding sharding(String mesh, PartitionSpec spec) {
    return new NamedSharding(DeviceMesh.rowMajor(Mesh.parse(mesh)), spec);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void writesTheBytesThatXlaReads() {
    // type OTHER; dimensions [1, 4]; devices 0, 1, 2, 3
    byte[] bytes = sharding("model=4", PartitionSpec.of(null, "model")).opSharding(2);
    assertThat(hex(bytes)).isEqualTo("0803" + "1a020104" + "220400010203");
  }

  @Test
  void writesPartialReplicationAsALastTileDimension() {
    // the data axis cuts dimension 0 in two; the two devices along fsdp hold copies
    byte[] bytes = sharding("data=2,fsdp=2", PartitionSpec.of("data")).opSharding(1);
    assertThat(hex(bytes)).isEqualTo("0803" + "1a020202" + "220400010203" + "3001");
    byte[] other = sharding("data=2,fsdp=2", PartitionSpec.of("fsdp")).opSharding(1);
    assertThat(hex(other)).isEqualTo("0803" + "1a020202" + "220400020103" + "3001");
  }

  @Test
  void writesReplicationWithoutDevices() {
    assertThat(sharding("data=4", PartitionSpec.REPLICATED).opSharding(3)).isEmpty();
    assertThat(sharding("data=1", PartitionSpec.of("data")).opSharding(1)).isEmpty();
  }

  @Test
  void deviceIdsAbove127TakeTwoBytes() throws Exception {
    byte[] bytes = sharding("data=256", PartitionSpec.of("data")).opSharding(1);
    assertThat(hex(bytes)).endsWith("fe01" + "ff01");
    List<Long> devices = OpSharding.parseFrom(bytes).getTileAssignmentDevicesList();
    assertThat(devices).hasSize(256).endsWith(254L, 255L);
  }

  /** The oracle places every element by its mesh coordinates, one device at a time. */
  @Test
  void everyDeviceGetsTheTileItsMeshCoordinatesName() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      int[] sizes = {1 + random.nextInt(3), 1 + random.nextInt(4), 1 + random.nextInt(3)};
      Mesh mesh = Mesh.parse("a=" + sizes[0] + ",b=" + sizes[1] + ",c=" + sizes[2]);
      List<String> names = new ArrayList<>(List.of("a", "b", "c"));
      java.util.Collections.shuffle(names, random);
      int cut = 1 + random.nextInt(2);
      var spec = new PartitionSpec(List.of(names.subList(0, cut), names.subList(cut, 2)));
      checkTiles(new NamedSharding(DeviceMesh.rowMajor(mesh), spec), sizes);
    }
  }

  private static void checkTiles(NamedSharding sharding, int[] sizes) throws Exception {
    OpSharding proto = OpSharding.parseFrom(sharding.opSharding(2));
    if (proto.getType() == OpSharding.Type.REPLICATED) {
      return;
    }
    int columns = sharding.tiles(1);
    int copies = sizes[0] * sizes[1] * sizes[2] / (sharding.tiles(0) * columns);
    List<Long> devices = proto.getTileAssignmentDevicesList();
    for (int i = 0; i < devices.size(); i++) {
      int id = devices.get(i).intValue();
      int[] at = {id / (sizes[1] * sizes[2]), id / sizes[2] % sizes[1], id % sizes[2]};
      int row = tileOf(sharding, 0, at, sizes);
      int column = tileOf(sharding, 1, at, sizes);
      assertThat(i / copies).as(sharding.toString()).isEqualTo(row * columns + column);
    }
  }

  private static int tileOf(NamedSharding sharding, int dimension, int[] at, int[] sizes) {
    int tile = 0;
    for (String axis : sharding.spec().dimensions().get(dimension)) {
      int index = axis.charAt(0) - 'a';
      tile = tile * sizes[index] + at[index];
    }
    return tile;
  }

  @Test
  void cutsShapesIntoEqualShards() {
    var spec = new PartitionSpec(List.of(List.of("data", "fsdp"), List.of(), List.of("model")));
    NamedSharding sharding = sharding("data=2,fsdp=3,model=4", spec);
    assertThat(sharding.shardShape("w", List.of(12L, 5L, 8L, 7L))).containsExactly(2L, 5L, 2L, 7L);
  }

  @Test
  void refusesAWidthThatDoesNotDivide() {
    NamedSharding sharding = sharding("data=2,fsdp=4", PartitionSpec.of(null, "fsdp"));
    assertThatThrownBy(() -> sharding.shardShape("blocks.0.mlp.up", List.of(8L, 30L)))
        .hasMessage(
            "PartitionSpec: dimension 1 of blocks.0.mlp.up must divide into 4 equal shards; change"
                + " the width or the mesh data=2,fsdp=4 (got 30)");
  }

  @Test
  void refusesUnknownRepeatedAndTooManyAxes() {
    assertThatThrownBy(() -> sharding("data=2", PartitionSpec.of("model")))
        .hasMessage("PartitionSpec: an axis must be one of the mesh's, data (got model)");
    assertThatThrownBy(() -> PartitionSpec.of("data", "data"))
        .hasMessage("PartitionSpec: an axis must cut one dimension at most (got data)");
    NamedSharding two = sharding("data=2", PartitionSpec.of(null, "data"));
    assertThatThrownBy(() -> two.opSharding(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> two.shardShape("b", List.of(4L)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
