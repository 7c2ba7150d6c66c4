package org.tflion.train.shard;

import java.util.List;
import org.tflion.Require;
import org.tflion.tpu.topology.Mesh;

/**
 * Over how many devices a run is spread, what each of them keeps, and what happens when one is
 * lost.
 *
 * <p>Messages name the keys of a config file, such as {@code shard.mesh}.
 *
 * @param mesh sizes of the axes, such as {@code fsdp=4}; empty for one device, or for all workers.
 *     Along {@code data} and {@code fsdp} every device takes its part of a batch; along {@code
 *     tensor} devices share the heads and hidden layers of the model; weights and slots are cut
 *     over all, and along {@code data} there are copies of the weights
 * @param zero 3: weights lie in pieces and are gathered for every pass; 1: every device also keeps
 *     a copy of all weights, renewed after every update
 * @param wire how weights and gradients travel between devices: {@code float32} or {@code bfloat16}
 * @param data where rows of batches are read: {@code controller}, which sends them, or {@code
 *     worker}, where every device reads its own from the files
 * @param workers {@code host:port} of every worker, one device each; none for devices of this
 *     process
 * @param stepSeconds after which a run on workers counts as hung, or sooner if steps have been
 *     quick; above 0
 * @param waitSeconds how long to wait for a lost worker to answer again; 0 or more
 * @param elastic whether to go on without workers that do not answer by then
 * @param retries how often in a row to go back to the last checkpoint without reaching the next; 0
 *     or more
 */
public record ShardConfig(
    String mesh,
    int zero,
    String wire,
    String data,
    List<String> workers,
    int stepSeconds,
    int waitSeconds,
    boolean elastic,
    int retries) {

  /** The axes that a mesh may have. */
  public static final List<String> AXES = List.of("data", "fsdp", "tensor");

  private static final String DATA = "data";
  private static final String TENSOR = "tensor";

  /** The wires that there are; the second halves what travels, and rounds it. */
  public static final List<String> WIRES = List.of("float32", "bfloat16");

  /** Where rows of batches may be read. */
  public static final List<String> READERS = List.of("controller", "worker");

  /** One device. */
  public static final ShardConfig NONE =
      new ShardConfig("", 3, "float32", "controller", List.of(), 600, 120, false, 5);

  /**
   * Checks the axes.
   *
   * @throws IllegalArgumentException if the mesh has an axis that means nothing here, or a number
   *     is out of its range
   */
  public ShardConfig {
    workers = List.copyOf(workers);
    Require.that(zero == 1 || zero == 3, "shard.zero must be 1 or 3", zero);
    Require.that(WIRES.contains(wire), "shard.wire must be one of " + WIRES, wire);
    Require.that(READERS.contains(data), "shard.data must be one of " + READERS, data);
    Require.that(stepSeconds > 0, "shard.step_seconds must be above 0", stepSeconds);
    Require.that(waitSeconds >= 0, "shard.wait_seconds must be 0 or more", waitSeconds);
    Require.that(retries >= 0, "shard.retries must be 0 or more", retries);
    if (!mesh.isEmpty()) {
      requireKnown(mesh);
      boolean pieces = size(mesh, TENSOR) == 1 && size(mesh, DATA) == 1;
      Require.that(
          pieces || zero == 3,
          "shard.zero must be 3 with an axis data or tensor in shard.mesh",
          zero);
      Require.that(
          size(mesh, TENSOR) == 1 || !elastic,
          "shard.elastic must be false with a tensor axis",
          elastic);
      Require.that(
          workers.isEmpty() || workers.size() == parsed(mesh).devices(),
          "shard.mesh must have as many devices as shard.workers, " + workers.size(),
          mesh);
    }
    for (String worker : workers) {
      Require.that(
          worker.matches("[\\w.-]+:\\d{1,5}"), "shard.workers must each be HOST:PORT", worker);
    }
    Require.that(
        workers.stream().distinct().count() == workers.size(),
        "shard.workers must differ from each other",
        workers);
  }

  private static void requireKnown(String mesh) {
    int last = -1;
    for (Mesh.Axis axis : parsed(mesh).axes()) {
      int place = AXES.indexOf(axis.name());
      Require.that(place >= 0, "shard.mesh must have axes of " + AXES, axis.name());
      Require.that(place > last, "shard.mesh must have its axes in the order of " + AXES, mesh);
      last = place;
    }
  }

  private static int size(String mesh, String axis) {
    return mesh.isEmpty()
        ? 1
        : parsed(mesh).axes().stream()
            .filter(each -> each.name().equals(axis))
            .mapToInt(Mesh.Axis::size)
            .findFirst()
            .orElse(1);
  }

  private static Mesh parsed(String mesh) {
    try {
      return Mesh.parse(mesh);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("shard.mesh: " + e.getMessage(), e);
    }
  }

  /** Whether a run is for more than the one device of this process. */
  public boolean spreads() {
    return devices() > 1 || !workers.isEmpty();
  }

  /** The number of devices. */
  public int devices() {
    return mesh.isEmpty() ? Math.max(workers.size(), 1) : parsed(mesh).devices();
  }

  /**
   * How many copies of all weights there are beside the pieces: one for each place along {@code
   * data}, or one on every device; 1 stands for none.
   */
  public int copies() {
    return zero == 1 ? devices() : size(mesh, DATA);
  }

  /** How many devices share the heads and hidden layers of the model. */
  public int peers() {
    return size(mesh, TENSOR);
  }

  /** The same over a mesh of devices of this process. */
  public ShardConfig over(String other) {
    return spread(other, List.of());
  }

  /** The same over devices of this process. */
  public ShardConfig over(int devices) {
    return spread("fsdp=" + devices, List.of());
  }

  /** The same over other workers. */
  public ShardConfig over(List<String> others) {
    boolean same = !mesh.isEmpty() && others.size() == devices();
    return spread(same ? mesh : "fsdp=" + others.size(), others);
  }

  private ShardConfig spread(String other, List<String> others) {
    return new ShardConfig(
        other, zero, wire, data, others, stepSeconds, waitSeconds, elastic, retries);
  }

  /** The same with or without copies. */
  public ShardConfig withZero(int value) {
    return new ShardConfig(
        mesh, value, wire, data, workers, stepSeconds, waitSeconds, elastic, retries);
  }

  /** The same with another wire. */
  public ShardConfig withWire(String value) {
    return new ShardConfig(
        mesh, zero, value, data, workers, stepSeconds, waitSeconds, elastic, retries);
  }

  /** The same with rows read elsewhere. */
  public ShardConfig withData(String value) {
    return new ShardConfig(
        mesh, zero, wire, value, workers, stepSeconds, waitSeconds, elastic, retries);
  }

  /** Whether devices read their rows themselves. */
  public boolean readsOnWorkers() {
    return data.equals("worker");
  }

  /** Whether what travels is rounded to bfloat16. */
  boolean halvesWire() {
    return wire.equals("bfloat16");
  }
}
