package org.tflion.train.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the tensors of a model as {@link TensorFolder} reads them.
 *
 * @param folder where to; it must be there
 * @param largest most bytes of numbers in one file that holds several tensors; above it there are
 *     more files and an index
 */
public record TensorFolderWriter(Path folder, long largest) {

  /** As the library transformers divides models. */
  public static final long LARGEST = 5_000_000_000L;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Writes all tensors, one at a time.
   *
   * @param shapes by name, in the order to write them in
   * @param values the numbers of a name, row after row
   */
  public void write(Map<String, List<Long>> shapes, Function<String, float[]> values) {
    List<Header> files = divide(shapes);
    ObjectNode index = JSON.createObjectNode();
    ObjectNode metadata = index.putObject("metadata");
    ObjectNode map = index.putObject("weight_map");
    long total = 0;
    for (int i = 0; i < files.size(); i++) {
      Header header = files.get(i);
      String name =
          files.size() == 1
              ? TensorFolder.SINGLE
              : "model-%05d-of-%05d.safetensors".formatted(i + 1, files.size());
      try (SafetensorsWriter writer = SafetensorsWriter.create(folder.resolve(name), header)) {
        for (StoredTensor tensor : header.tensors()) {
          writer.add(tensor.name(), values.apply(tensor.name()));
          map.put(tensor.name(), name);
          total += tensor.end() - tensor.begin();
        }
      }
    }
    metadata.put("total_size", total);
    if (files.size() > 1) {
      write(index);
    }
  }

  private void write(ObjectNode index) {
    try {
      Files.write(
          folder.resolve(TensorFolder.INDEX),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(index));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Header> divide(Map<String, List<Long>> shapes) {
    List<Header> files = new ArrayList<>();
    List<StoredTensor> file = new ArrayList<>();
    long begin = 0;
    for (Map.Entry<String, List<Long>> entry : shapes.entrySet()) {
      StoredTensor tensor = StoredTensor.float32(entry.getKey(), entry.getValue(), begin);
      if (!file.isEmpty() && tensor.end() > largest) {
        files.add(new Header(file));
        file = new ArrayList<>();
        tensor = StoredTensor.float32(entry.getKey(), entry.getValue(), 0);
      }
      file.add(tensor);
      begin = tensor.end();
    }
    files.add(new Header(file));
    return files;
  }
}
