package org.tflion.cli.search;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.discovery.network.ProxyTask;
import org.tflion.discovery.task.TrainingTask;

/**
 * What programs are judged by, as a user names it.
 *
 * @param kind of learning problem
 * @param scale how much arithmetic, 1, 10 or 100
 * @param data folder of the MNIST test set, or a text file; null for drawn digits and for tflion's
 *     own source text
 */
public record TaskChoice(Kind kind, int scale, @Nullable Path data) {

  /** The learning problems. */
  public enum Kind {
    /** A perceptron that reads digits. */
    DIGITS,
    /** A transformer that predicts the next byte. */
    LANGUAGE
  }

  static final List<Integer> SCALES = List.of(1, 10, 100);
  private static final List<String> MNIST =
      List.of("mnist-t10k-images-idx3-ubyte.gz", "mnist-t10k-labels-idx1-ubyte.gz");
  private static final long LARGEST_TEXT = 1L << 30;

  /** Deep enough for every package. */
  private static final int SOURCE_DEPTH = 20;

  public TaskChoice {
    Require.that(SCALES.contains(scale), "--scale must be 1, 10 or 100", scale);
    data = data == null ? null : data.toAbsolutePath().normalize();
  }

  public TaskChoice withScale(int value) {
    return new TaskChoice(kind, value, data);
  }

  /**
   * Reads the data.
   *
   * @throws IllegalArgumentException if they are not there, or not what they should be
   */
  public TrainingTask open() {
    if (kind == Kind.LANGUAGE) {
      return ProxyTask.text(text(), scale);
    }
    if (data == null) {
      return ProxyTask.drawnDigits(scale);
    }
    try {
      return ProxyTask.digits(data, scale);
    } catch (IOException e) {
      throw unreadable(data, e);
    }
  }

  /** Changes with the data: a search must not go on with others. */
  public String fingerprint() {
    if (kind == Kind.LANGUAGE) {
      return digest(text());
    }
    if (data == null) {
      return "drawn";
    }
    try {
      return digest(
          Files.readAllBytes(data.resolve(MNIST.get(0))),
          Files.readAllBytes(data.resolve(MNIST.get(1))));
    } catch (IOException e) {
      throw unreadable(data, e);
    }
  }

  private static String digest(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JVM has SHA-256.
    }
  }

  private static IllegalArgumentException unreadable(Path data, IOException cause) {
    return new IllegalArgumentException(
        "--data must name a folder with "
            + String.join(" and ", MNIST)
            + ", or be left out for drawn digits (got "
            + data
            + ": "
            + cause.getClass().getSimpleName()
            + ")",
        cause);
  }

  /** A text file, or else the sources and documents of tflion, in the order of their paths. */
  private byte[] text() {
    if (data != null) {
      try {
        Require.that(
            Files.size(data) <= LARGEST_TEXT, "--data must be at most 1 GiB of text", data);
        return Files.readAllBytes(data);
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "--data must be a text file that can be read (got " + data + ")", e);
      }
    }
    String home = System.getProperty("tflion.home");
    if (home == null) {
      throw new IllegalArgumentException(
          "--data must name a text file where tflion's own sources are not at hand (got none)");
    }
    var bytes = new ByteArrayOutputStream();
    try (Stream<Path> files = Files.walk(Path.of(home), SOURCE_DEPTH)) {
      for (Path file : files.filter(TaskChoice::isOwnText).sorted().toList()) {
        bytes.write(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static boolean isOwnText(Path path) {
    String text = path.toString();
    return text.endsWith(".md") || (text.endsWith(".java") && text.contains("src"));
  }
}
