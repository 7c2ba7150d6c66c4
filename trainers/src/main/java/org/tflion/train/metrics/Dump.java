package org.tflion.train.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Why a run gave up, kept as {@code dump-step-N.json} in its folder.
 *
 * @param step at which it gave up
 * @param lastBatch number of the last batch that it tried
 * @param losses of the last updates that were made, the oldest first
 * @param skipped updates that were left out since, the oldest first
 */
public record Dump(long step, long lastBatch, List<Double> losses, List<SkippedUpdate> skipped) {

  public Dump {
    losses = List.copyOf(losses);
    skipped = List.copyOf(skipped);
  }

  /** The text of the file. */
  public String json() {
    return MetricsJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this);
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static Dump read(Path file) throws IOException {
    IllegalArgumentException refusal =
        new IllegalArgumentException(file + " must be what a run wrote when it gave up");
    try {
      JsonNode tree = MetricsJson.MAPPER.readTree(Files.readAllBytes(file));
      if (!tree.isObject()) {
        throw refusal;
      }
      return MetricsJson.MAPPER.treeToValue(tree, Dump.class);
    } catch (JacksonException e) {
      throw refusal;
    }
  }
}
