package org.tflion.cli.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.discovery.network.ProxyTask;
import org.tflion.discovery.task.Task;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.data.Corpus;
import org.tflion.train.data.TokenSource;

/**
 * What programs are judged by, as a user names it.
 *
 * @param kind of learning problem
 * @param scale how much arithmetic, 1, 10 or 100
 * @param data folder of the MNIST test set, or a text file or folder; null for drawn digits and for
 *     tflion's own source text
 */
public record TaskChoice(Kind kind, int scale, @Nullable Path data) {

  /** The learning problems. */
  public enum Kind {
    /** A perceptron that reads digits. */
    DIGITS,
    /** A transformer that predicts the next byte. */
    LANGUAGE
  }

  private static final List<Integer> SCALES = List.of(1, 10, 100);
  private static final List<String> MNIST =
      List.of("mnist-t10k-images-idx3-ubyte.gz", "mnist-t10k-labels-idx1-ubyte.gz");
  private static final long LARGEST_TEXT = 1L << 30;

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
  public Task open() {
    if (kind == Kind.LANGUAGE) {
      return ProxyTask.text(text(corpus()), scale);
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
      return corpus().fingerprint();
    }
    if (data == null) {
      return "drawn";
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String file : MNIST) {
        digest.update(Files.readAllBytes(data.resolve(file)));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw unreadable(data, e);
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

  private Corpus corpus() {
    String path = data == null ? System.getProperty("tflion.home") : data.toString();
    if (path == null) {
      throw new IllegalArgumentException(
          "--data must name a text file or folder where tflion's own sources are not at hand (got"
              + " none)");
    }
    return Corpus.open(TrainConfigs.read(null, List.of("data.path=" + path)).data());
  }

  private static byte[] text(Corpus corpus) {
    TokenSource head = corpus.train();
    TokenSource tail = corpus.validation();
    long length = head.length() + tail.length();
    Require.that(length <= LARGEST_TEXT, "--data must hold at most 1 GiB of text", length);
    int[] tokens = new int[(int) length];
    head.copy(0, tokens, 0, (int) head.length());
    tail.copy(0, tokens, (int) head.length(), (int) tail.length());
    byte[] bytes = new byte[tokens.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) tokens[i];
    }
    return bytes;
  }
}
