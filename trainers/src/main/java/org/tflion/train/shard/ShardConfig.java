package org.tflion.train.shard;

import java.util.List;
import org.tflion.Require;
import org.tflion.tpu.topology.Mesh;

/**
 * Over how many devices a run is spread, and what each of them keeps.
 *
 * <p>Messages name the keys of a config file, such as {@code shard.mesh}.
 *
 * @param mesh sizes of the axes, such as {@code fsdp=4}; empty for one device. Along {@code fsdp}
 *     weights and slots are cut and every device takes its part of a batch
 * @param zero 3: weights lie in pieces and are gathered for every pass; 1: every device also keeps
 *     a copy of all weights, renewed after every update
 */
public record ShardConfig(String mesh, int zero) {

  /** The axes that a mesh may have. */
  public static final List<String> AXES = List.of("fsdp");

  /** One device. */
  public static final ShardConfig NONE = new ShardConfig("", 3);

  /**
   * Checks the axes.
   *
   * @throws IllegalArgumentException if the mesh has an axis that means nothing here, or {@code
   *     zero} is neither 1 nor 3
   */
  public ShardConfig {
    Require.that(zero == 1 || zero == 3, "shard.zero must be 1 or 3", zero);
    if (!mesh.isEmpty()) {
      for (Mesh.Axis axis : parsed(mesh).axes()) {
        Require.that(
            AXES.contains(axis.name()), "shard.mesh must have axes of " + AXES, axis.name());
      }
    }
  }

  private static Mesh parsed(String mesh) {
    try {
      return Mesh.parse(mesh);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("shard.mesh: " + e.getMessage(), e);
    }
  }

  /** Whether there is more than one device. */
  public boolean isSharded() {
    return devices() > 1;
  }

  /** The number of devices. */
  public int devices() {
    return mesh.isEmpty() ? 1 : parsed(mesh).devices();
  }

  /** The same over another number of devices. */
  public ShardConfig over(int devices) {
    return new ShardConfig("fsdp=" + devices, zero);
  }

  /** The same with other copies. */
  public ShardConfig withZero(int value) {
    return new ShardConfig(mesh, value);
  }
}
