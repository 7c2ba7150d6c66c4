package org.tflion.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a checkpoint says of itself, kept as {@code manifest.json} beside its files.
 *
 * @param formatVersion of this layout
 * @param step number of updates done, and so the position in the data
 * @param config the run's resolved config, as YAML
 * @param tokenizer name of the tokenizer
 * @param alphabet of a char tokenizer, else null
 * @param dataFingerprint of the text it was trained on
 * @param files everything else in the folder
 */
public record Manifest(
    int formatVersion,
    long step,
    String config,
    String tokenizer,
    @Nullable String alphabet,
    String dataFingerprint,
    List<Entry> files) {

  /** The layout that this code writes and reads. */
  public static final int FORMAT_VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /**
   * One file of the folder.
   *
   * @param name within the folder
   * @param size in bytes
   * @param sha256 64 hexadecimal digits
   */
  public record Entry(String name, long size, String sha256) {

    /** Refuses a name that leads out of the folder. */
    public Entry {
      if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*")) {
        throw new CheckpointException(
            "Checkpoint: a manifest must name files of its own folder (got '" + name + "')");
      }
    }
  }

  /** Refuses what a damaged file leaves out. */
  public Manifest {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(dataFingerprint, "dataFingerprint");
    files = List.copyOf(files);
  }

  Manifest withFiles(List<Entry> entries) {
    return new Manifest(formatVersion, step, config, tokenizer, alphabet, dataFingerprint, entries);
  }

  void write(Path file) throws IOException {
    Files.write(file, JSON.writeValueAsBytes(this));
  }

  /**
   * Reads a manifest of this format.
   *
   * @throws CheckpointException if it is missing, damaged, or of another format
   */
  static Manifest read(Path file) {
    CheckpointException damaged =
        new CheckpointException("Checkpoint: " + file + " is damaged: it is not a manifest");
    if (!Files.exists(file)) {
      throw new CheckpointException("Checkpoint: " + file + " is missing");
    }
    try {
      JsonNode tree = JSON.readTree(file.toFile());
      JsonNode version = tree.path("format_version");
      if (!version.isInt()) {
        throw damaged;
      }
      if (version.asInt() != FORMAT_VERSION) {
        throw new CheckpointException(
            "Checkpoint: %s must have format version %d (got %s)"
                .formatted(file, FORMAT_VERSION, version));
      }
      return JSON.treeToValue(tree, Manifest.class);
    } catch (JacksonException e) {
      throw damaged;
    }
  }
}
