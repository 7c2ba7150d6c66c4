package org.tflion.train.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checkpoints in a folder, with a few bytes in place of a bundle. */
record Saved(Path folder) {

  static final String DATA = "tensors.data-00000-of-00001";

  Checkpoints checkpoints() {
    return new Checkpoints(folder);
  }

  static Manifest manifest(long step, @Nullable Double valLoss) {
    return new Manifest(
        Manifest.FORMAT_VERSION,
        step,
        "1.0",
        "a: \"b\"\n",
        "char",
        "\nab\u00e9",
        new Manifest.DataPosition("0123", 7, step),
        new Manifest.RandomState(7, step),
        new Manifest.GuardState(1, 0, List.of(2.5, 1e-300)),
        new Manifest.OptimizerState("lion", List.of("momentum")),
        "cosine",
        valLoss,
        List.of(new Manifest.TensorEntry("weights/w", "float32", List.of(2L, 3L))),
        List.of());
  }

  static Manifest manifest(long step) {
    return manifest(step, null);
  }

  CheckpointWriter writer(Retention retention, Disk disk) {
    return new CheckpointWriter(checkpoints(), retention, disk);
  }

  Path save(long step) {
    return save(step, null, Retention.latest(2));
  }

  Path save(long step, @Nullable Double valLoss, Retention retention) {
    return writer(retention, Disk.DIRECT)
        .write(manifest(step, valLoss), prefix -> writeBundle(prefix, "weights of " + step));
  }

  static void writeBundle(Path prefix, String content) {
    try {
      Files.writeString(Path.of(prefix + ".index"), "index");
      Files.writeString(Path.of(prefix + ".data-00000-of-00001"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a changed manifest one that was saved so. */
  static void sign(Path step) throws IOException {
    byte[] manifest = Files.readAllBytes(step.resolve("manifest.json"));
    Files.writeString(step.resolve("manifest.json.sha256"), Checkpoint.sum(manifest));
  }

  long newest() {
    return checkpoints().newest().orElseThrow().checkpoint().manifest().step();
  }

  List<String> names() throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }
}
