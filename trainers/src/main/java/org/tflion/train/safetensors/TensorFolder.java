package org.tflion.train.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.tflion.Require;
import org.tflion.train.data.format.JsonText;
import tools.jackson.databind.JsonNode;

/**
 * The tensors of a model: {@code model.safetensors}, or several files and {@code
 * model.safetensors.index.json}, which says which tensor is in which.
 *
 * <p>Close it to close the files.
 */
public final class TensorFolder implements AutoCloseable {

  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private static final long LARGEST_INDEX = 100_000_000;

  /** No separators, and no hidden file: it cannot lead out of the folder. */
  private static final String FILE_NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}\\.safetensors";

  private final Map<String, SafetensorsFile> files = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> fileOf = new LinkedHashMap<>();

  private TensorFolder() {}

  /**
   * Opens the files of a folder.
   *
   * @throws IllegalArgumentException if there is none, or a file is not what it should be
   * @throws UncheckedIOException if a file cannot be read
   */
  public static TensorFolder open(Path folder) {
    TensorFolder opened = new TensorFolder();
    try {
      if (Files.exists(folder.resolve(INDEX))) {
        opened.read(folder, index(folder.resolve(INDEX)));
      } else {
        Require.that(
            Files.exists(folder.resolve(SINGLE)),
            "--from must be a folder with " + SINGLE + " or " + INDEX,
            folder);
        SafetensorsFile file = opened.file(folder, SINGLE);
        file.tensors().keySet().forEach(name -> opened.fileOf.put(name, file));
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static JsonNode index(Path file) {
    try {
      Require.that(
          Files.size(file) <= LARGEST_INDEX,
          file + " must be at most " + LARGEST_INDEX + " bytes",
          Files.size(file));
      byte[] text = Files.readAllBytes(file);
      JsonNode map = JsonText.object(text, 0, text.length).path("weight_map");
      Require.that(map.isObject(), "weight_map must be an object", JsonText.shown(map));
      return map;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private void read(Path folder, JsonNode map) {
    Path index = folder.resolve(INDEX);
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shown = JsonText.shown(entry.getKey());
      JsonNode name = entry.getValue();
      Require.that(
          name.isString() && name.stringValue().matches(FILE_NAME),
          "%s: tensor %s must be in a .safetensors file of the same folder".formatted(index, shown),
          JsonText.shown(name));
      SafetensorsFile file = file(folder, name.stringValue());
      Require.that(
          file.tensors().containsKey(entry.getKey()),
          "%s: tensor %s must be in the file".formatted(index, shown),
          name.stringValue());
      fileOf.put(entry.getKey(), file);
    }
    files.forEach((name, file) -> requireListed(index, name, file));
  }

  private void requireListed(Path index, String name, SafetensorsFile file) {
    for (String tensor : file.tensors().keySet()) {
      Require.that(
          file.equals(fileOf.get(tensor)),
          "%s: tensor %s must be listed as of %s".formatted(index, JsonText.shown(tensor), name),
          fileOf.containsKey(tensor) ? "another file" : "nothing");
    }
  }

  private SafetensorsFile file(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!files.containsKey(name)) {
      Require.that(Files.isRegularFile(file), file + " must be a file", "none");
      files.put(name, SafetensorsFile.open(file));
    }
    return Objects.requireNonNull(files.get(name));
  }

  /** What there is, by name. */
  public Map<String, StoredTensor> tensors() {
    Map<String, StoredTensor> all = new LinkedHashMap<>();
    fileOf.forEach((name, file) -> all.put(name, file.tensors().get(name)));
    return all;
  }

  /**
   * The numbers of a tensor.
   *
   * @throws IllegalArgumentException if it is not there, or as {@link SafetensorsFile#floats}
   */
  public float[] floats(String name) {
    SafetensorsFile file = fileOf.get(name);
    if (file == null) {
      throw new IllegalArgumentException("a model must have a tensor " + name + " (got none)");
    }
    return file.floats(name);
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
