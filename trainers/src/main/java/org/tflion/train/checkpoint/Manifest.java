package org.tflion.train.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 * @param step number of steps done
 * @param codeVersion of the tflion that wrote it
 * @param config the run's resolved config, as YAML
 * @param tokenizer name of the tokenizer
 * @param alphabet of a char tokenizer, else null
 * @param data what was read, and where reading goes on
 * @param random all there is to know of the run's random numbers
 * @param guard what is known of updates left out
 * @param optimizer which one, and the state it keeps
 * @param schedule the course of the learning rate, in words
 * @param valLoss validation loss at this step, if it was measured
 * @param tensors what the bundle holds
 * @param files everything else in the folder
 */
public record Manifest(
    int formatVersion,
    long step,
    String codeVersion,
    String config,
    String tokenizer,
    @Nullable String alphabet,
    DataPosition data,
    RandomState random,
    GuardState guard,
    OptimizerState optimizer,
    String schedule,
    @Nullable Double valLoss,
    List<TensorEntry> tensors,
    List<FileEntry> files) {

  /** The layout that this code writes and reads. */
  public static final int FORMAT_VERSION = 2;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  /**
   * Where a run is in its data. A batch is a function of the seed and its number, so this is all.
   *
   * @param fingerprint of the text
   * @param seed of the order
   * @param nextBatch number of the batch that comes next, from 0
   */
  public record DataPosition(String fingerprint, long seed, long nextBatch) {

    public DataPosition {
      Objects.requireNonNull(fingerprint, "fingerprint");
    }
  }

  /**
   * The state of the random numbers: each is a function of the seed and the step, so that there is
   * no other.
   */
  public record RandomState(long seed, long step) {}

  /**
   * What is known of updates left out.
   *
   * @param skipped so far
   * @param inARow of them since the last that was not
   * @param losses of the last updates that were not, the oldest first
   */
  public record GuardState(long skipped, int inARow, List<Double> losses) {

    public GuardState {
      losses = List.copyOf(losses);
    }
  }

  /**
   * The state of the optimizer.
   *
   * @param name as in a config
   * @param slots what it keeps for each weight, such as {@code momentum}
   */
  public record OptimizerState(String name, List<String> slots) {

    public OptimizerState {
      Objects.requireNonNull(name, "name");
      slots = List.copyOf(slots);
    }
  }

  /**
   * One tensor of the bundle.
   *
   * @param name in the bundle
   * @param type of TensorFlow, such as {@code FLOAT}
   * @param shape its sizes
   */
  public record TensorEntry(String name, String type, List<Long> shape) {

    public TensorEntry {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
      shape = List.copyOf(shape);
    }
  }

  /**
   * One file of the folder.
   *
   * @param name within the folder
   * @param size in bytes
   * @param sha256 64 hexadecimal digits
   */
  public record FileEntry(String name, long size, String sha256) {

    /** Refuses a name that leads out of the folder. */
    public FileEntry {
      if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*")) {
        throw new DamageException(
            "a manifest must name files of its own folder (got '" + name + "')");
      }
      Objects.requireNonNull(sha256, "sha256");
    }
  }

  /** Refuses what a damaged file leaves out. */
  public Manifest {
    Objects.requireNonNull(codeVersion, "codeVersion");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(random, "random");
    Objects.requireNonNull(guard, "guard");
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(schedule, "schedule");
    tensors = List.copyOf(tensors);
    files = List.copyOf(files);
  }

  Manifest withFiles(List<FileEntry> entries) {
    return new Manifest(
        formatVersion,
        step,
        codeVersion,
        config,
        tokenizer,
        alphabet,
        data,
        random,
        guard,
        optimizer,
        schedule,
        valLoss,
        tensors,
        entries);
  }

  byte[] json() {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
  }

  /**
   * Reads a manifest of this format.
   *
   * @param text of the file
   * @throws DamageException if it is not a manifest
   * @throws CheckpointException if it is of another format
   */
  static Manifest parse(Path file, byte[] text) {
    try {
      JsonNode tree = JSON.readTree(text);
      JsonNode version = tree.path("format_version");
      if (!version.isInt()) {
        throw damaged(file, null);
      }
      if (version.asInt() != FORMAT_VERSION) {
        throw new CheckpointException(
            "Checkpoint: %s: format_version must be %d (got %s); use the tflion that wrote it"
                .formatted(file, FORMAT_VERSION, version));
      }
      return JSON.treeToValue(tree, Manifest.class);
    } catch (JacksonException e) {
      throw damaged(file, e);
    }
  }

  private static DamageException damaged(Path file, @Nullable Throwable cause) {
    return new DamageException(file + " is damaged: it is not a manifest", cause);
  }
}
