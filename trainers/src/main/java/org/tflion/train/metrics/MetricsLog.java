package org.tflion.train.metrics;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/**
 * The file {@code metrics.jsonl}: one JSON object a line, in order of steps, each step once.
 *
 * <p>Keys: {@code step, loss, val_loss?, learning_rate, grad_norm, tokens, tokens_per_second,
 * step_ms, skipped, skipped_for?, save_ms?, data_wait_ms}, and a key {@code val_NAME} for each
 * further metric of the model. Of the machine {@code mfu?, memory_bytes?}, and of TPUs that are
 * asked {@code hbm_used_bytes?, hbm_total_bytes?, duty_cycle_percent?}. A loss or a norm that is no
 * finite number is left out.
 */
public final class MetricsLog {

  private static final Pattern AFTER_NEWLINE = Pattern.compile("(?<=\n)");

  private final Path file;

  public MetricsLog(Path file) {
    this.file = file;
  }

  /**
   * Adds a line, whole or not at all.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void append(StepMetrics metrics) {
    byte[] line =
        (MetricsJson.MAPPER.writeValueAsString(metrics) + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
      long end = channel.size();
      try {
        write(channel.position(end), line);
      } catch (IOException e) {
        channel.truncate(end);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(FileChannel channel, byte[] line) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(line);
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }

  /** Carries the lines to the disk itself, so that a checkpoint does not outlive them. */
  public void flush() throws IOException {
    if (Files.exists(file)) {
      try (FileChannel channel = FileChannel.open(file, WRITE)) {
        channel.force(true);
      }
    }
  }

  /**
   * Drops the lines of steps after {@code step}, as a resumed run writes them anew, and with them a
   * last line that was cut off.
   */
  public void cutAfter(long step) {
    if (!Files.exists(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      long kept = 0;
      for (String line : AFTER_NEWLINE.splitAsStream(text()).toList()) {
        if (!isUpTo(line, step)) {
          break;
        }
        kept += line.length();
      }
      channel.truncate(kept);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One character for each byte, so that a damaged line can be read, and dropped. */
  private String text() throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private static boolean isUpTo(String line, long step) {
    if (!line.endsWith("\n")) {
      return false;
    }
    try {
      return MetricsJson.MAPPER.readTree(line).path("step").asLong(Long.MAX_VALUE) <= step;
    } catch (JacksonException e) {
      return false;
    }
  }
}
