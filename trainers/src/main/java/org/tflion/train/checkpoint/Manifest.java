package org.tflion.train.checkpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

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

  public Manifest {
    files = List.copyOf(files);
  }

  Manifest withFiles(List<Entry> entries) {
    return new Manifest(formatVersion, step, config, tokenizer, alphabet, dataFingerprint, entries);
  }
}
